using Lifecycle.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Tests.Settings;

public sealed class LifecycleSettingsTests
{
    static LifecycleSettings Read(params (string Name, string Value)[] values) => Read(isDevelopment: true, values);

    static LifecycleSettings Read(bool isDevelopment, params (string Name, string Value)[] values) => LifecycleSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Name, v => (string?)v.Value)).Build(), isDevelopment);

    [Fact]
    public void Read_WithNothingSet_GivesTheDefaults() =>
        Assert.Equal(
            new LifecycleSettings(DurableBackend.AzureStorage, Policy.Default, AllowPrivateTargets: false, new KeyRingSetting.KeyVault(new Uri(Vault))),
            Read(isDevelopment: false, (KeyRingSetting.KeyVaultSetting, Vault)));

    const string Vault = "https://my-vault.vault.azure.net/";

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(false, null, false)]
    [InlineData(true, "false", false)]
    [InlineData(false, "true", true)]
    public void Read_AllowsPrivateTargetsInDevelopmentUnlessASettingSaysOtherwise(bool isDevelopment, string? set, bool allowed) =>
        Assert.Equal(allowed, Read(isDevelopment, ("Lifecycle:KeyRing:Folder", "keys"), ("Lifecycle:Webhooks:AllowPrivateTargets", set ?? "")).AllowPrivateTargets);

    [Fact]
    public void Read_OfTheKeyRing_KeepsKeysOutsideTheState()
    {
        Assert.Equal(new KeyRingSetting.InMemory(), Read(isDevelopment: false, ("Embedded:DataFolder", ":memory:")).KeyRing);
        Assert.Equal(new KeyRingSetting.Folder(Path.GetFullPath("state.keys")), Read(isDevelopment: false, ("Embedded:DataFolder", "state/")).KeyRing);
        Assert.Equal(
            new KeyRingSetting.Folder(Path.GetFullPath("elsewhere")),
            Read(("Embedded:DataFolder", "state"), ("Lifecycle:KeyRing:Folder", "elsewhere")).KeyRing);
        Assert.True(Path.IsPathFullyQualified(Assert.IsType<KeyRingSetting.Folder>(Read().KeyRing).Path));
    }

    [Fact]
    public void Read_OfTheKeyRing_OutsideDevelopment_HasNoDefaultThatWouldBeLostWithTheMachine()
    {
        var e = Assert.Throws<SettingException>(() => Read(isDevelopment: false));
        Assert.Contains("Lifecycle:KeyRing:KeyVaultUri is missing", e.Message);
        Assert.Contains("Lifecycle:KeyRing:Folder", e.Message);
    }

    [Fact]
    public void Read_OverridesTheFleet()
    {
        var settings = Read(("Lifecycle:Policy:ReconnectGraceMs", "8000"), ("Lifecycle:Policy:Resurrect", "false"), ("Lifecycle:DurableBackend", "azurestorage"));
        Assert.Equal(Policy.Default with { ReconnectGraceMs = 8_000, Resurrect = false }, settings.Fleet);
        Assert.Equal(DurableBackend.AzureStorage, settings.Backend);
    }

    [Theory]
    [InlineData("", 24)]
    [InlineData("1", 1)]
    [InlineData("8760", 8_760)]
    public void Read_TakesHowLongRunsAreKept(string text, int hours) =>
        Assert.Equal(hours, Read(("Lifecycle:KeepRunsHours", text)).KeepRunsHours);

    [Theory]
    [InlineData("", 2_000)]
    [InlineData("7", 7)]
    public void Read_TakesHowManyMembershipsASweepRenews(string text, int joins) =>
        Assert.Equal(joins, Read(("Lifecycle:Reconciliation:MaxJoinsPerSweep", text)).MaxJoinsPerSweep);

    [Theory]
    [InlineData("", true)]
    [InlineData("false", false)]
    public void Read_TakesWhetherAnybodyLooksAtTheService(string text, bool enabled) =>
        Assert.Equal(enabled, Read(("Lifecycle:Canary:Enabled", text)).CanaryEnabled);

    [Theory]
    [InlineData("Lifecycle:Policy:ReconnectGraceMs", "6s", "a whole number")]
    [InlineData("Lifecycle:Policy:ReconnectGraceMs", "-1", "a whole number")]
    [InlineData("Lifecycle:Policy:ReconnectGraceMs", "5", "between 1000 and 120000")]
    [InlineData("Lifecycle:Policy:Resurrect", "maybe", "true or false")]
    [InlineData("Lifecycle:Policy:GraceMs", "6000", "There is no setting")]
    [InlineData("Lifecycle:KeepRunsHours", "1d", "a whole number of hours")]
    [InlineData("Lifecycle:KeepRunsHours", "0", "between 1 and 8760")]
    [InlineData("Lifecycle:KeepRunsHours", "8761", "between 1 and 8760")]
    [InlineData("Lifecycle:DurableBackend", "Cosmos", "AzureStorage")]
    [InlineData("Lifecycle:DurableBackend", "7", "AzureStorage")]
    [InlineData("Lifecycle:Webhooks:AllowPrivateTargets", "perhaps", "true or false")]
    [InlineData("Lifecycle:Webhooks:AllowPrivate", "true", "There is no setting")]
    [InlineData("Lifecycle:Canary:Enabled", "off", "true or false")]
    [InlineData("Lifecycle:Canary:Hub", "canary", "There is no setting")]
    [InlineData("Lifecycle:KeyRing:KeyVaultUri", "http://my-vault.vault.azure.net/", "https")]
    [InlineData("Lifecycle:KeyRing:Path", "keys", "There is no setting")]
    [InlineData("Lifecycle:Reconciliation:MaxQuestions", "5", "There is no setting")]
    [InlineData("Lifecycle:Reconciliation:MaxJoinsPerSweep", "0", "between 1 and 1000000")]
    [InlineData("Lifecycle:Backend", "AzureStorage", "There is no setting")]
    public void Read_OfAWrongValue_NamesTheSettingAndWhatItShouldBe(string name, string value, string expected)
    {
        var e = Assert.Throws<SettingException>(() => Read((name, value)));
        Assert.Contains(name, e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(expected, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }
}
