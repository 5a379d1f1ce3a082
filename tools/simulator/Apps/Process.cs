namespace Lifecycle.Simulator.Apps;

/// <summary>One process of the app.</summary>
sealed class Process(string instance)
{
    public string Instance => instance;

    public bool IsAlive { get; set; } = true;

    /// <summary>It stands still, as under a debugger, until then.</summary>
    public long PausedUntil { get; set; }

    /// <summary>It got SIGTERM.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Handlers do not return any more.</summary>
    public bool IsDeaf { get; set; }

    public List<Client> Clients { get; } = [];
}
