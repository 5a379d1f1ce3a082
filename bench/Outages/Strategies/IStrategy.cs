namespace Lifecycle.Bench.Outages.Strategies;

/// <summary>What decides when an app is asked by webhook to come back. All strategies face the same apps.</summary>
interface IStrategy
{
    /// <summary>Sends a webhook; gives the HTTP status, or 0 when nobody listens.</summary>
    Func<AppWebhook, Task<int>> Webhooks { set; }

    /// <summary>Learns of an app, before anything else.</summary>
    Task RegisterAsync(string package);

    /// <summary>The platform wants the app in this session.</summary>
    Task StartAsync(AppSessionId id, bool foreground);

    /// <summary>The app opens a socket. Null when that is refused.</summary>
    /// <param name="id">The session.</param>
    /// <param name="instanceId">The app's process.</param>
    /// <param name="hasState">Whether the process still has the session's state.</param>
    /// <param name="client">Who opens it.</param>
    Task<IStrategySocket?> AttachAsync(AppSessionId id, string instanceId, bool hasState, IStrategyClient client);

    /// <summary>When the session was given up; null when it was not.</summary>
    Task<DateTimeOffset?> GivenUpAtAsync(AppSessionId id);
}

/// <summary>A webhook to an app.</summary>
/// <param name="Id">The session.</param>
/// <param name="Resurrection">Whether it is for a session that was lost, and not for a start.</param>
sealed record AppWebhook(AppSessionId Id, bool Resurrection);

/// <summary>An open socket.</summary>
interface IStrategySocket
{
    /// <summary>Ends it without a word.</summary>
    Task DropAsync();
}

/// <summary>The app's side of a socket.</summary>
interface IStrategyClient
{
    /// <summary>The session is running.</summary>
    void OnAttached();

    /// <summary>The socket is closed.</summary>
    void OnClosed();
}
