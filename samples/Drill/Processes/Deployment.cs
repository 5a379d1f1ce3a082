using System.Text.Json;
using Lifecycle.Samples.Drill.App;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>How a process left.</summary>
sealed record Leaving(string Name, int ExitCode, TimeSpan Took);

/// <summary>The processes of one package behind its balancer: some are there, and they are replaced one after the other.</summary>
/// <param name="balancer">Started before.</param>
/// <param name="make">Makes an app server of a name and kind; it is not started.</param>
/// <param name="handlerTakes">How long handlers of messages take.</param>
sealed class Deployment(AppServerProcess balancer, Func<string, AppKind, AppServerProcess> make, TimeSpan handlerTakes)
{
    // What a platform gives: longer than the SDKs take at the most.
    static readonly TimeSpan killAfter = TimeSpan.FromSeconds(30);

    readonly List<AppServerProcess> all = [];
    readonly List<(AppServerProcess Process, int Version)> routed = [];

    /// <summary>Every process that there was, in the order of their start.</summary>
    public IReadOnlyList<AppServerProcess> All => all;

    /// <summary>Starts one, and lets webhooks come to it when it listens.</summary>
    public async Task<AppServerProcess> AddAsync(AppKind kind, int version, CancellationToken cancellation)
    {
        var process = make($"v{version}-{all.Count + 1}", kind);
        process.HandlerTakes = handlerTakes;
        all.Add(process);
        await process.StartAsync(cancellation: cancellation);
        routed.Add((process, version));
        Route();
        return process;
    }

    /// <summary>As a rolling update: SIGTERM. Webhooks come to it as long as it listens, as they do on a platform whose parts hear of it one by one.</summary>
    public async Task<Leaving> RemoveAsync(AppServerProcess process, CancellationToken cancellation)
    {
        var (exitCode, took) = await process.TerminateAsync(killAfter, cancellation);
        routed.RemoveAll(route => route.Process == process);
        Route();
        return new Leaving($"{process.Name} ({process.Kind})", exitCode, took);
    }

    /// <summary>Every message that any of them handled, in the order in which their handlers began.</summary>
    public IReadOnlyList<HandledMessage> Handled() => [.. all.SelectMany(process => process.Handled()).OrderBy(message => message.Began)];

    /// <summary>Ends those that are left.</summary>
    public Task EndAsync(CancellationToken cancellation) => Task.WhenAll(routed.Select(route => route.Process.EndAsync(cancellation)));

    // Renamed into place: the balancer reads it at any time.
    void Route()
    {
        File.WriteAllText(balancer.Upstreams + ".new", JsonSerializer.Serialize(routed.Select(route => new Upstream(route.Process.Address, route.Version))));
        File.Move(balancer.Upstreams + ".new", balancer.Upstreams, overwrite: true);
    }
}
