namespace Lifecycle.Samples.Drill.Processes;

/// <summary>Lifecycle itself, as the drill reaches it.</summary>
interface ILifecycleHost : IDisposable
{
    /// <summary>The API's address.</summary>
    Uri Api { get; }

    /// <summary>The function key of its API; null where none is asked for.</summary>
    string? Key { get; }

    /// <summary>The SignalR emulator's address; null where nobody can ask it for faults.</summary>
    Uri? SignalR { get; }

    /// <summary>What it can be made to suffer.</summary>
    SceneNeeds Offers { get; }

    /// <summary>Waits until it serves.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>kill -9.</summary>
    Task KillAsync();

    /// <summary>Throws when it is known to be gone although nobody killed it here.</summary>
    void RequireRunning();
}
