using System.Globalization;
using System.Reflection;

namespace Lifecycle.Tests.Policies;

public sealed class PolicyTests
{
    [Fact]
    public void Default_IsWhatTheDesignSays()
    {
        Assert.Equal(
            (6_000, true, 600_000, 1_000, 30_000, 2_000, 10_000, 5_000, false, 120_000),
            (Policy.Default.ReconnectGraceMs, Policy.Default.Resurrect, Policy.Default.HorizonMs, Policy.Default.BackoffBaseMs,
                Policy.Default.BackoffCapMs, Policy.Default.InitialSpreadMs, Policy.Default.ConnectTimeoutMs,
                Policy.Default.WebhookTimeoutMs, Policy.Default.AllowUnsolicited, Policy.Default.RetentionMs));
        Assert.Equal(
            (20, 20, 5, 50, 20, 60_000, 3, 64, 32_768),
            (Policy.Default.PacePerSecond, Policy.Default.PaceBurst, Policy.Default.BreakerFailures, Policy.Default.BreakerPercent,
                Policy.Default.BreakerMinimum, Policy.Default.BreakerWindowMs, Policy.Default.FirstFlight,
                Policy.Default.BufferedMessages, Policy.Default.BufferedBytes));
        Assert.Equal((3_000, 5, 86_400_000), (Policy.Default.ProbeFloorMs, Policy.Default.ProbePercent, Policy.Default.ProbeCapMs));
        Assert.Empty(Policy.Default.Validate());
    }

    [Theory]
    [InlineData(999, "reconnectGraceMs")]
    [InlineData(120_001, "reconnectGraceMs")]
    public void Validate_GraceOutOfRange_NamesTheSetting(int value, string setting) =>
        Assert.Equal([setting], (Policy.Default with { ReconnectGraceMs = value }).Validate().Keys);

    [Fact]
    public void Validate_CapBelowBase_IsAnError() =>
        Assert.Contains("backoffCapMs", (Policy.Default with { BackoffBaseMs = 5_000, BackoffCapMs = 4_000 }).Validate().Keys);

    [Fact]
    public void Over_SetsOnlyWhatIsGiven()
    {
        var policy = new PolicyOverrides { ReconnectGraceMs = 8_000, Resurrect = false }.Over(Policy.Default);
        Assert.Equal(Policy.Default with { ReconnectGraceMs = 8_000, Resurrect = false }, policy);
    }

    [Fact]
    public void Over_KnowsEveryValueOfThePolicy() => Assert.Equal(
        typeof(Policy).GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name).Order(),
        typeof(PolicyOverrides).GetProperties().Where(p => p.SetMethod is not null && p.Name != "EqualityContract").Select(p => p.Name).Order());

    [Fact]
    public void Document_HasEveryValueWithItsDefault()
    {
        var document = File.ReadAllText(Repository.File("docs/settings.md"));
        Assert.All(typeof(Policy).GetProperties(BindingFlags.Public | BindingFlags.Instance), property =>
        {
            var value = property.GetValue(Policy.Default) switch
            {
                int number => number.ToString("N0", CultureInfo.InvariantCulture),
                bool flag => flag ? "true" : "false",
                var other => $"{other}",
            };
            Assert.Contains($"| `{property.Name}` | {value} |", document, StringComparison.Ordinal);
        });
    }
}
