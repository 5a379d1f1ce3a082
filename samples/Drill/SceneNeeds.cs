namespace Lifecycle.Samples.Drill;

/// <summary>What a scene does to the host and its SignalR service, besides what app servers do to themselves.</summary>
[Flags]
enum SceneNeeds
{
    Nothing = 0,

    /// <summary>Sockets are cut, connections refused, events delayed: what this repository's SignalR emulator does when it is asked.</summary>
    Faults = 1,

    /// <summary>The host's process is killed and started again.</summary>
    HostKill = 2,
}
