using Lifecycle.Sdk.Sessions;
using Lifecycle.Sdk.Webhooks;

namespace Lifecycle.Sdk.Relay;

/// <summary>
/// A link to every Lifecycle that this process has to do with: one, but while sessions move to another installation, for both may have webhooks then.
/// Thread-safe.
/// </summary>
sealed class RelayLinks(SessionContext context, ConnectRelay connect, WebhookIntake intake, ShutdownGate gate)
{
    readonly Lock _gate = new();
    readonly Dictionary<Uri, RelayLink> _links = [];
    readonly Dictionary<RelayLink, Task> _stopping = [];
    bool _isStopped;

    /// <summary>Whether every link is ready.</summary>
    public bool IsReady
    {
        get
        {
            lock (_gate) return _links.Count > 0 && _links.Values.All(link => link.IsReady);
        }
    }

    /// <summary>Has a link to each of these, and to no other.</summary>
    public void Follow(IReadOnlyCollection<Uri> addresses)
    {
        lock (_gate)
        {
            if (_isStopped) return;
            foreach (var address in addresses.Where(address => !_links.ContainsKey(address)))
            {
                var link = _links[address] = new RelayLink(context, connect, address, intake, gate);
                link.Start();
            }
            foreach (var old in _links.Keys.Except(addresses).ToArray())
            {
                if (!_links.Remove(old, out var link)) continue;
                foreach (var (stopped, _) in _stopping.Where(stop => stop.Value.IsCompleted).ToArray()) _stopping.Remove(stopped);
                _stopping[link] = link.StopAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>Closes all of them, those too that are about to be.</summary>
    /// <param name="over">What is under way is waited for no longer.</param>
    public async Task StopAsync(CancellationToken over)
    {
        Task[] stops;
        lock (_gate)
        {
            _isStopped = true;
            stops = [.. _stopping.Keys.Concat(_links.Values).Select(link => link.StopAsync(over))];
            _links.Clear();
        }
        await Task.WhenAll(stops);
    }
}
