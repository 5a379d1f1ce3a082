using System.Text.Json;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>Lifecycle itself: the deployed app on the embedded runtime. It can be killed and started again where it was.</summary>
sealed class HostProcess(string folder, TimeProvider time) : ILifecycleHost
{
    static readonly TimeSpan startLimit = TimeSpan.FromSeconds(30);

    readonly string ready = Path.Combine(folder, "host.ready");
    ChildProcess? process;

    /// <summary>The API's address; the same after every start.</summary>
    public Uri Api { get; private set; } = null!;

    /// <summary>The SignalR service's address; the same after every start.</summary>
    public Uri? SignalR { get; private set; }

    public string? Key => null;

    public SceneNeeds Offers => SceneNeeds.Faults | SceneNeeds.HostKill;

    /// <summary>Starts it, on any free ports the first time, and waits until it serves.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        File.Delete(ready);
        var assembly = Path.Combine(AppContext.BaseDirectory, "host", "Lifecycle.Functions.dll");
        process?.Dispose();
        process = ChildProcess.Start(assembly,
        [
            "--port", Port(Api), "--signalr-port", Port(SignalR), "--data", Path.Combine(folder, "data"), "--ready-file", ready,
        ], Path.Combine(folder, "host.log"));
        await Until.HoldsAsync("the host to serve", startLimit, time, () => Task.FromResult(
            File.Exists(ready) ? null
            : process.IsRunning ? "no ready file yet"
            : throw new DrillException($"The host ended at its start; see {Path.Combine(folder, "host.log")}")), cancellation);
        using var said = JsonDocument.Parse(await File.ReadAllTextAsync(ready, cancellation));
        Api = new Uri(said.RootElement.GetProperty("api").GetString()!);
        SignalR = new Uri(said.RootElement.GetProperty("signalr").GetString()!);
    }

    /// <summary>Throws when the process is gone although nobody killed it here.</summary>
    public void RequireRunning()
    {
        if (process is { IsRunning: false }) throw new DrillException($"the host ended by itself; see {Path.Combine(folder, "host.log")}");
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => process!.KillAsync();

    public void Dispose() => process?.Dispose();

    static string Port(Uri? address) => (address?.Port ?? 0).ToString();
}
