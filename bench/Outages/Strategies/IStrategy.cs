using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages.Strategies;

/// <summary>What decides when an app is asked by webhook to come back. All strategies face the same apps.</summary>
interface IStrategy
{
    /// <summary>Sends a webhook; the answer's status is 0 when nobody listens.</summary>
    Func<AppWebhook, Task<WebhookReply>> Webhooks { set; }

    /// <summary>What an app's health URL answers now, for a strategy that asks it: an HTTP status, 0 when nobody listens.</summary>
    Func<string, int> Health
    {
        set { } // most ask none
    }

    /// <summary>Learns of an app, before anything else.</summary>
    Task RegisterAsync(string package);

    /// <summary>The platform wants the app in this session.</summary>
    Task StartAsync(AppSessionId id, bool foreground);

    /// <summary>The app tries to open a socket.</summary>
    /// <param name="id">The session.</param>
    /// <param name="attempt">What the app says, and what its network lets through.</param>
    /// <param name="client">Who opens it.</param>
    Task<StrategyOutcome> AttachAsync(AppSessionId id, StrategyAttempt attempt, IStrategyClient client);

    /// <summary>From now on sockets can be opened, or none can.</summary>
    void AcceptConnections(bool accept);

    /// <summary>The process that decides is gone, or stands still, for a time. What is due meanwhile is late.</summary>
    Task BeAwayAsync(TimeSpan duration);

    /// <summary>When the session was given up; null when it was not.</summary>
    Task<DateTimeOffset?> GivenUpAtAsync(AppSessionId id);
}

/// <summary>A webhook to an app.</summary>
/// <param name="Id">The session.</param>
/// <param name="Resurrection">Whether it is for a session that was lost, and not for a start.</param>
/// <param name="KeepsHeld">Whether the strategy's SDK keeps what its process holds, and says so, instead of beginning it anew.</param>
sealed record AppWebhook(AppSessionId Id, bool Resurrection, bool KeepsHeld = false);

/// <summary>A try to attach.</summary>
/// <param name="InstanceId">The app's process.</param>
/// <param name="HasState">Whether the process still has the session's state.</param>
/// <param name="Number">Which try it is since the session was attached last, from 1.</param>
/// <param name="ConnectRefused">Whether a try since then got as far as opening a socket, and none opened.</param>
/// <param name="IsBlocked">Whether the app's own network lets no socket through.</param>
sealed record StrategyAttempt(string InstanceId, bool HasState, int Number, bool ConnectRefused, bool IsBlocked);

/// <summary>What came of it.</summary>
/// <param name="Socket">The socket; null when there is none.</param>
/// <param name="RetryAfter">When the app is to ask again, if it was told.</param>
/// <param name="ConnectRefused">Whether no socket could be opened at an address that was given.</param>
sealed record StrategyOutcome(IStrategySocket? Socket, TimeSpan? RetryAfter = null, bool ConnectRefused = false);

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
