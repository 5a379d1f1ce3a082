using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>What an app session, or an app, is doing and why.</summary>
/// <param name="Sentence">All of it in one sentence, for people; times are UTC.</param>
/// <param name="WaitsFor">What it waits for, from <see cref="WaitsFor"/>.</param>
/// <param name="Until">Until when, UTC; null for no end that is known.</param>
/// <param name="Changes">What would change it.</param>
public sealed record Explanation(string Sentence, string WaitsFor, DateTimeOffset? Until, ImmutableArray<string> Changes);

/// <summary>What a session can wait for.</summary>
public static class WaitsFor
{
    /// <summary>Nothing: all is well, or nobody wants it.</summary>
    public const string Nothing = "nothing";

    /// <summary>The app to come back by itself.</summary>
    public const string Reconnect = "app_reconnect";

    /// <summary>The app to attach after a webhook that it accepted.</summary>
    public const string Attach = "app_attach";

    /// <summary>The answer to a webhook.</summary>
    public const string Answer = "webhook_answer";

    /// <summary>The time of the next webhook.</summary>
    public const string Retry = "retry";

    /// <summary>The one webhook that looks for an app that is away.</summary>
    public const string Probe = "probe";

    /// <summary>Other sessions of the app that are tried first.</summary>
    public const string Others = "others_first";

    /// <summary>Its turn: the app is up, and its sessions go at its pace.</summary>
    public const string Turn = "turn";

    /// <summary>The time until which the app asked to be left alone.</summary>
    public const string RetryAfter = "retry_after";

    /// <summary>The end of the wait that a crash loop costs.</summary>
    public const string CrashLoop = "crash_loop";

    /// <summary>The SignalR service to take connections.</summary>
    public const string Service = "signalr";

    /// <summary>This system to catch up.</summary>
    public const string Engine = "engine";

    /// <summary>The user to be back.</summary>
    public const string User = "user";

    /// <summary>Somebody to start or revive it.</summary>
    public const string Somebody = "start_or_revive";

    /// <summary>The app to close its socket.</summary>
    public const string Close = "app_close";

    /// <summary>The app to move here from another installation.</summary>
    public const string Move = "move";

    /// <summary>The time at which it is forgotten.</summary>
    public const string End = "forgotten";
}
