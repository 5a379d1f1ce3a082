using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class EmbeddedSettingsTests
{
    [Fact]
    public void Read_OfNothing_GivesTheDefaults()
    {
        var settings = Read();

        Assert.Equal(
            new EmbeddedSettings(7071, 8888, Path.GetFullPath(".lifecycle"), EmbeddedTiming.Exact, 0, 0, true, false, null, null, null), settings);
        Assert.True(settings.EmbeddedSignalR);
    }

    [Theory]
    [InlineData("Embedded:Port", "seven", "0 (any free port) to 65535")]
    [InlineData("Embedded:Port", "-1", "0 (any free port) to 65535")]
    [InlineData("Embedded:SignalRPort", "65536", "0 (any free port) to 65535")]
    [InlineData("Embedded:SignalRPort", "7071", "different ports")]
    [InlineData("Embedded:Timing", "fast", "exact, azure-storage")]
    [InlineData("Embedded:EngineCapacity", "100", "azure-storage only")]
    [InlineData("Embedded:Listen", "maybe", "true, false")]
    [InlineData("Embedded:Seed", "1.5", "whole number")]
    [InlineData("Embedded:AllowedHosts", "dev.example.com;http://dev.example.org", "'http://dev.example.org' is not a host")]
    [InlineData("Embedded:AllowedHosts", "dev.example.com:7071", "without scheme and port")]
    [InlineData("Embedded:Upstream", "carrier pigeon", "direct, http")]
    [InlineData("AzureSignalRConnectionString", "Endpoint=http://localhost", "AccessKey=<key>")]
    [InlineData("AzureSignalRConnectionString", "secret", "AccessKey=<key>")]
    [InlineData("AzureSignalRConnectionString", "Endpoint=http://localhost;Port=0;AccessKey=secret", "65535")]
    public void Read_OfAWrongSetting_NamesItAndWhatItShouldLookLike(string key, string value, string remedy)
    {
        var problem = Assert.Single(Assert.Throws<StartProblemException>(() => Read((key, value))).Problems);

        Assert.Contains($"'{key}'", problem);
        Assert.Contains(remedy, problem);
        Assert.DoesNotContain("secret", problem);
    }

    [Theory]
    [InlineData(null, null, 25, 100)]
    [InlineData("0", "0", 0, 0)]
    [InlineData("250", "20", 250, 20)]
    public void Read_OfAzureStorageTiming_HasAnEngineAsItWasMeasured(string? latency, string? capacity, int latencyMs, int perSecond)
    {
        var settings = Read(("Embedded:Timing", "azure-storage"), ("Embedded:EngineLatency", latency ?? ""), ("Embedded:EngineCapacity", capacity ?? ""));

        Assert.Equal((latencyMs, perSecond), (settings.EngineLatencyMs, settings.EngineCapacity));
    }

    [Theory]
    [InlineData("Embedded:EngineLatency", "-1")]
    [InlineData("Embedded:EngineLatency", "60001")]
    [InlineData("Embedded:EngineCapacity", "many")]
    public void Read_OfAWrongEngine_NamesItAndWhatItShouldLookLike(string key, string value) => Assert.Contains(
        $"'{key}' is '{value}'. It should be a whole number",
        Assert.Single(Assert.Throws<StartProblemException>(() => Read(("Embedded:Timing", "azure-storage"), (key, value))).Problems));

    [Fact]
    public void Read_OfSeveralWrongSettings_TellsAll() =>
        Assert.Equal(2, Assert.Throws<StartProblemException>(() => Read(("Embedded:Port", "x"), ("Embedded:Timing", "x"))).Problems.Count);

    [Theory]
    [InlineData("Endpoint=http://localhost;Port=8888;AccessKey=k;Version=1.0;", true)]
    [InlineData("Endpoint=http://127.0.0.1:8888;AccessKey=k", true)]
    [InlineData("Endpoint=http://localhost;Port=9999;AccessKey=k", false)]
    [InlineData("Endpoint=https://name.service.signalr.net;AccessKey=k", false)]
    public void EmbeddedSignalR_ByConnectionString_IsOnlyTheOneOnItsPort(string connection, bool embedded) =>
        Assert.Equal(embedded, Read((EmbeddedSettings.SignalRKey, connection)).EmbeddedSignalR);

    [Fact]
    public void Sources_OfAllKinds_AreAppliedInOrder()
    {
        var problems = new List<string>();
        var configuration = new ConfigurationBuilder();
        SettingsSources.AddTo(configuration, ["--port", "5001", "--timing=azure-storage", "--data", "x", "--Embedded:Upstream", "http"], problems);

        var settings = EmbeddedSettings.Read(configuration.Build());

        Assert.Empty(problems);
        Assert.Equal((5001, EmbeddedTiming.AzureStorage, Path.GetFullPath("x"), true), (settings.Port, settings.Timing, settings.DataFolder, settings.UpstreamOverHttp));
    }

    [Theory]
    [InlineData("'-p' is not known", "-p", "5")]
    [InlineData("'--port' has no value", "--port")]
    [InlineData("'--port' has no value", "--port", "--timing", "exact")]
    public void Sources_WithAWrongCommandLine_TellIt(string problem, params string[] args)
    {
        var problems = new List<string>();

        SettingsSources.AddTo(new ConfigurationBuilder(), args, problems);

        Assert.Contains(problem, Assert.Single(problems));
    }

    [Fact]
    public void LocalSettings_WithValues_AreReadFlat()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("local.settings.json"), """
            { // as the tools write it
              "IsEncrypted": false,
              "Values": { "Embedded:Port": "5001", "Embedded__SignalRPort": 5002, "Flag": true, },
            }
            """);
        var problems = new List<string>();

        var values = LocalSettingsFile.Read(folder.File("local.settings.json"), problems).ToDictionary();

        Assert.Empty(problems);
        Assert.Equal(("5001", "5002", "True"), (values["Embedded:Port"], values["Embedded:SignalRPort"], values["Flag"]));
        Assert.Empty(LocalSettingsFile.Read(folder.File("other.json"), problems));
    }

    [Theory]
    [InlineData("{ \"Values\": ")]
    [InlineData("[]")]
    [InlineData("{ \"Values\": [] }")]
    [InlineData("{ \"Values\": { \"A\": { \"B\": 1 } } }")]
    public void LocalSettings_ThatAreBroken_NameTheFile(string json)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("local.settings.json"), json);
        var problems = new List<string>();

        Assert.Empty(LocalSettingsFile.Read(folder.File("local.settings.json"), problems));

        Assert.Contains(folder.File("local.settings.json"), Assert.Single(problems));
    }

    [Theory]
    [InlineData("{}", "api")]
    [InlineData("""{ "version": "2.0", "extensions": { "http": { "routePrefix": "v1/" } } }""", "v1")]
    [InlineData("""{ "Extensions": { "Http": { "RoutePrefix": "" } } }""", "")]
    public void HostJson_OfAnyForm_GivesTheRoutePrefix(string json, string prefix) =>
        Assert.Equal(prefix, HostJson.Parse(json, "host.json").RoutePrefix);

    [Fact]
    public void HostJson_ThatIsBroken_NamesTheFile() =>
        Assert.Contains("'host.json'", Assert.Throws<StartProblemException>(() => HostJson.Parse("{", "host.json")).Message);

    static EmbeddedSettings Read(params (string Key, string Value)[] values) =>
        EmbeddedSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build());
}
