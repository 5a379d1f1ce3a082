using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>
/// One user session as a durable entity, key <c>{sessionId}</c>: remembers what was said to all of its apps, for those whose start is still on its way. It
/// deletes itself an hour later.
/// </summary>
public sealed class UserSessionEntity(TimeProvider time) : TaskEntity<UserSession?>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "UserSession";

    /// <summary>The entity of a user session.</summary>
    public static EntityInstanceId IdOf(string sessionId) => new(Name, sessionId);

    /// <summary>All of its apps are stopped.</summary>
    public void Stop(SaidToSession input) => Remember(session => session.Stopped(input.At));

    /// <summary>The user went away.</summary>
    public void Away(SaidToSession input) => Remember(session => session.Left(input.At));

    /// <summary>The user is back.</summary>
    public void Back(SaidToSession input) => Remember(session => session.Returned(input.At));

    /// <summary>Forgets what was said an hour ago.</summary>
    public void Forget()
    {
        if (State?.ForgetAt is { } at && at > time.GetUtcNow())
        {
            ForgetLater(at);
            return;
        }

        State = null;
    }

    /// <inheritdoc/>
    protected override UserSession? InitializeState(TaskEntityOperation entityOperation) => null;

    void Remember(Func<UserSession, UserSession> said)
    {
        var before = State ?? UserSession.Empty;
        var after = said(before);
        State = after;
        if (before.ForgetAt is null && after.ForgetAt is { } at)
        {
            ForgetLater(at);
        }
    }

    void ForgetLater(DateTimeOffset at) =>
        Context.SignalEntity(Context.Id, nameof(Forget), input: null, new SignalEntityOptions { SignalTime = at });
}

/// <summary>Something was said to a whole user session.</summary>
/// <param name="At">When it was accepted, UTC.</param>
public sealed record SaidToSession(DateTimeOffset At);
