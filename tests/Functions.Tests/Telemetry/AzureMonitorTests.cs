using System.Diagnostics;
using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Settings;
using Lifecycle.Functions.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Lifecycle.Functions.Tests.Telemetry;

/// <summary>Tests of what a process exports: nothing else of it may count meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExportCollection
{
    public const string Name = "export";
}

/// <summary>What the real exporter sends is what the queries of the workbook and the alerts look for.</summary>
[Collection(ExportCollection.Name)]
public sealed partial class AzureMonitorTests
{
    [Fact]
    public async Task Exporter_SendsCountersWithTheirTags()
    {
        var sent = await SendAsync(services => services.GetRequiredService<LifecycleMetrics>().Observe(
            [new GraceBegan(Reasons.SocketLost), new GraceBegan(Reasons.SocketLost), new AttachObserved(true, Reasons.Reconnect, Blame.Network)]));
        var grace = Metric(sent, "lifecycle.graces.started");
        Assert.Equal(2, grace.GetProperty("metrics")[0].GetProperty("value").GetDouble());
        Assert.Equal("socket_lost", grace.GetProperty("properties").GetProperty("cause").GetString());
        var reconnect = Metric(sent, "lifecycle.reconnects").GetProperty("properties");
        Assert.Equal(("reconnect", "network"), (reconnect.GetProperty("reason").GetString(), reconnect.GetProperty("blame").GetString()));
    }

    [Fact]
    public async Task Exporter_SendsTheMaximumOfLateness()
    {
        var sent = await SendAsync(services => services.GetRequiredService<LifecycleMetrics>().Observe(
        [
            new DurationObserved(Measurement.TimerLateness, TimeSpan.FromSeconds(0.2), TimerKind.Grace),
            new DurationObserved(Measurement.TimerLateness, TimeSpan.FromSeconds(3), TimerKind.Grace),
        ]));
        var lateness = Metric(sent, "lifecycle.timer.lateness");
        Assert.Equal(3, lateness.GetProperty("metrics")[0].GetProperty("max").GetDouble());
        Assert.Equal(2, lateness.GetProperty("metrics")[0].GetProperty("count").GetInt32());
        Assert.Equal("grace", lateness.GetProperty("properties").GetProperty("timer").GetString());
    }

    // Percentiles are computed of these logs: they must come whether their trace is sampled or not.
    [Fact]
    public async Task Exporter_SendsLogsWithTheirEventIdWhateverBecomesOfTheirTrace()
    {
        const int Many = 200;
        var sent = await SendAsync(services =>
        {
            using var source = new ActivitySource(LifecycleTracing.SourceName);
            var logger = services.GetRequiredService<ILogger<AzureMonitorTests>>();
            for (var i = 0; i < Many; i++)
            {
                using var span = source.StartActivity("lifecycle.connected");
                LogLike(logger, $"s{i}:p", Measurement.ReconnectLatency, 12.5);
            }
        });
        var logs = Of(sent, "MessageData").Select(data => data.GetProperty("properties")).ToList();
        Assert.Equal(Many, logs.Count);
        Assert.All(logs, log =>
        {
            Assert.Equal("1103", log.GetProperty("EventId").GetString());
            Assert.Equal("ReconnectLatency", log.GetProperty("Measurement").GetString());
            Assert.Equal("12.5", log.GetProperty("Milliseconds").GetString());
        });
        Assert.InRange(Of(sent, "RemoteDependencyData").Count(), 0, Many - 1);
    }

    [LoggerMessage(1103, LogLevel.Information, "{Session}: {Measurement} {Milliseconds:0.0} ms")]
    static partial void LogLike(ILogger logger, string session, Measurement measurement, double milliseconds);

    static JsonElement Metric(IEnumerable<JsonElement> sent, string name) =>
        Of(sent, "MetricData").Single(data => data.GetProperty("metrics")[0].GetProperty("name").GetString() == name);

    static IEnumerable<JsonElement> Of(IEnumerable<JsonElement> sent, string type) => sent
        .Where(envelope => envelope.GetProperty("data").GetProperty("baseType").GetString() == type)
        .Select(envelope => envelope.GetProperty("data").GetProperty("baseData"));

    static async Task<IReadOnlyCollection<JsonElement>> SendAsync(Action<IServiceProvider> use)
    {
        await using var ingestion = await Ingestion.StartAsync();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLifecycleTelemetry(new TelemetrySetting(ingestion.ConnectionString, false, null, false));
        await using var provider = services.BuildServiceProvider();
        var (meters, tracers, logs) = (provider.GetRequiredService<MeterProvider>(), provider.GetRequiredService<TracerProvider>(), provider.GetRequiredService<LoggerProvider>());
        foreach (var service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        use(provider);
        Assert.True(meters.ForceFlush() && tracers.ForceFlush() && logs.ForceFlush());
        return ingestion.Received;
    }
}
