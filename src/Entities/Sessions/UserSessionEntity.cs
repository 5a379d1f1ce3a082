using System.Collections.Immutable;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>
/// One user session as a durable entity, key <c>{sessionId}</c>: knows what was started lately in it, and hands on what is said to all of its apps. So
/// that comes to each of them behind every start that was accepted before. It deletes itself an hour after the last start.
/// </summary>
public sealed class UserSessionEntity(TimeProvider time) : TaskEntity<UserSession?>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "UserSession";

    /// <summary>The entity of a user session.</summary>
    public static EntityInstanceId IdOf(string sessionId) => new(Name, sessionId);

    /// <summary>An app is about to be started in it.</summary>
    public void Starting(AppStarting input)
    {
        var before = State ?? UserSession.Empty;
        State = before.With(input.PackageName, time.GetUtcNow());
        if (before.TrimAt is null)
        {
            TrimLater();
        }
    }

    /// <summary>All of its apps are stopped.</summary>
    public void Stop(SessionStopped input) => Tell(input.Apps, nameof(AppSessionEntity.Stop), input.Event);

    /// <summary>The user went away.</summary>
    public void Away(SessionAway input) => Tell(input.Apps, nameof(AppSessionEntity.Away), input.Event);

    /// <summary>The user is back.</summary>
    public void Back(SessionBack input) => Tell(input.Apps, nameof(AppSessionEntity.Back), input.Event);

    /// <summary>Forgets what was started an hour ago.</summary>
    public void Trim()
    {
        State = State?.Trimmed(time.GetUtcNow()) is { TrimAt: not null } left ? left : null;
        TrimLater();
    }

    /// <inheritdoc/>
    protected override UserSession? InitializeState(TaskEntityOperation entityOperation) => null;

    void TrimLater()
    {
        if (State?.TrimAt is { } at)
        {
            Context.SignalEntity(Context.Id, nameof(Trim), input: null, new SignalEntityOptions { SignalTime = at });
        }
    }

    void Tell<T>(ImmutableArray<ToldApp> found, string operation, T told)
        where T : SessionEvent
    {
        foreach (var app in (State ?? UserSession.Empty).ToTell(found))
        {
            var id = AppSessionEntity.IdOf(new AppSessionId(Context.Id.Key, app.PackageName));
            Context.SignalEntity(id, operation, told with { InForce = app.Policy });
        }
    }
}

/// <summary>An app is about to be started in a user session.</summary>
/// <param name="PackageName">The app.</param>
public sealed record AppStarting(string PackageName);

/// <summary>All apps of a user session are stopped.</summary>
/// <param name="Event">What each is told.</param>
/// <param name="Apps">Those that were found; those that were started lately are told as well.</param>
public sealed record SessionStopped(StopRequested Event, ImmutableArray<ToldApp> Apps);

/// <summary>The user of a session went away.</summary>
/// <param name="Event">What each app is told.</param>
/// <param name="Apps">Those that were found; those that were started lately are told as well.</param>
public sealed record SessionAway(UserWentAway Event, ImmutableArray<ToldApp> Apps);

/// <summary>The user of a session is back.</summary>
/// <param name="Event">What each app is told.</param>
/// <param name="Apps">Those that were found; those that were started lately are told as well.</param>
public sealed record SessionBack(UserCameBack Event, ImmutableArray<ToldApp> Apps);
