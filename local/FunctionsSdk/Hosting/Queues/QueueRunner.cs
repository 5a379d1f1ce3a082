using Azure.Storage.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>Runs the queue functions whose storage connection is set.</summary>
sealed class QueueRunner(
    IConfiguration configuration, HostJson hostJson, QueueLease lease, FunctionInvoker invoker, TimeProvider time, ILogger<QueueRunner> logger)
{
    readonly List<QueueListener> _listeners = [];

    /// <summary>What is read and what is not, in one line; null when no function reads a queue.</summary>
    public string? Description { get; private set; }

    /// <exception cref="StartProblemException">A connection is set, but cannot be used.</exception>
    public void Start(IReadOnlyList<QueueEntry> queues)
    {
        var parts = new List<string>();
        foreach (var group in queues.GroupBy(q => QueueConnection.SettingOf(q.Connection)))
        {
            if (QueueConnection.Open(configuration, group.First().Connection) is { } service)
                parts.Add(Listen(service, group));
            else
                parts.Add($"not read, for want of the setting '{group.Key}', by {string.Join(", ", group.Select(q => q.Function.Name))}");
        }
        if (parts.Count > 0)
            Description = string.Join("; ", parts);
        foreach (var listener in _listeners)
            listener.Start();
    }

    /// <summary>Takes no more messages and waits for those in flight; their functions are cancelled when the drain is over.</summary>
    public Task StopAsync(CancellationToken drain) => Task.WhenAll(_listeners.Select(l => l.StopAsync(drain)).ToArray());

    string Listen(QueueServiceClient service, IGrouping<string, QueueEntry> group)
    {
        var outage = new QueueOutage(group.Key, logger);
        foreach (var entry in group)
        {
            var deliveries = new QueueDeliveries(entry, new(service, entry.Queue), hostJson.Queues, lease, invoker, outage, time, logger);
            _listeners.Add(new(deliveries, hostJson.Queues, outage, time));
        }
        return $"{string.Join(", ", group.Select(q => q.Queue))} of {service.Uri.GetLeftPart(UriPartial.Path)}";
    }
}
