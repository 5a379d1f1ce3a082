using System.Text.Json;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Extensions.DurableTask.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Lifecycle.HostSettings.Tests;

/// <summary>What the Durable extension says of its tracing at a start, with and without Application Insights.</summary>
public sealed class TracingTests
{
    // Every local start warned that APPLICATIONINSIGHTS_CONNECTION_STRING was not defined; turned off in the way that suggests itself, by
    // distributedTracingEnabled, it would have advertised the feature instead.
    [Fact]
    public async Task Start_WithTheSettingsOfADevelopersMachine_WarnsOfNothing()
    {
        await using var host = await OfficialHost.StartAsync(HostJson.Deployed, SampleSettings());
        Assert.Empty(host.Warnings);
        Assert.Equal(DurableDistributedTracingVersion.None, TracingOf(host).Version);
    }

    [Fact]
    public async Task Start_WithApplicationInsights_TracesAndWarnsOfNothing()
    {
        const string Connection = "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:1/";
        await using var host = await OfficialHost.StartAsync(HostJson.Deployed, [new("APPLICATIONINSIGHTS_CONNECTION_STRING", Connection)]);
        Assert.Empty(host.Warnings);
        Assert.True(TracingOf(host) is { DistributedTracingEnabled: true, Version: DurableDistributedTracingVersion.V2 });
    }

    [Fact]
    public async Task Start_WithNeither_IsWhatTheWarningIsFor()
    {
        await using var host = await OfficialHost.StartAsync(HostJson.Deployed);
        Assert.Contains("APPLICATIONINSIGHTS_CONNECTION_STRING", Assert.Single(host.Warnings));
    }

    static TraceOptions TracingOf(OfficialHost host) => host.Services.GetRequiredService<IOptions<DurableTaskOptions>>().Value.Tracing;

    static IEnumerable<KeyValuePair<string, string?>> SampleSettings()
    {
        using var sample = JsonDocument.Parse(RepositoryFiles.Read("local.settings.sample.json"));
        return [.. sample.RootElement.GetProperty("Values").EnumerateObject().Select(value => KeyValuePair.Create(value.Name, value.Value.GetString()))];
    }
}
