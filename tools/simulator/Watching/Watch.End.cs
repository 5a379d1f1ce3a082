using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Watching;

/// <content>At the end everything has been well for long, and every session is at rest.</content>
sealed partial class Watch
{
    /// <summary>How long a state may last that has an end of its own, beyond that.</summary>
    const long Overdue = 300_000;

    /// <summary>How long everything must have been well for it.</summary>
    const long Settled = 3_600_000;

    public void AtTheEnd()
    {
        world.Figures.SessionDays = world.Plan.SessionDays;
        var hasSettled = world.Plan.UntilMs - world.Plan.FaultsUntilMs >= Settled;
        foreach (var session in Violation is null && hasSettled ? world.Sessions : [])
        {
            if (WhyNotAtRest(session) is { } why)
            {
                Fail(0, session, $"{session.Stored.State} ({session.Stored.Reason}) long after everything is well: {why}");
            }
        }
    }

    string? WhyNotAtRest(Session session)
    {
        var stored = session.Stored;
        return stored.State switch
        {
            AppState.None or AppState.Evicted => null,
            AppState.Running => WhyNotAttached(session),
            AppState.Dormant => stored.Away ? null : "the user is back",
            AppState.Stopped => IsOverdue(stored, world.Policy.RetentionMs) ? "it is not forgotten" : null,
            AppState.Stopping => IsOverdue(stored, world.Policy.StopTimeoutMs) ? "its stop has no end" : null,
            // Whom a policy without resurrection has let go is not brought back by another one.
            AppState.Disconnected when stored.Run is null && world.LetsGo => null,
            _ => IsOverdue(stored, world.Policy.ReconnectGraceMs) ? $"run {stored.Run?.Phase}, due {stored.Run?.DueAt:HH:mm:ss}, deadline {stored.Deadline:HH:mm:ss}" : null,
        };
    }

    bool IsOverdue(AppSession stored, long ms) => (world.Now - stored.Since).TotalMilliseconds > ms + Overdue;

    string? WhyNotAttached(Session session)
    {
        var stored = session.Stored;
        if (!IsOverdue(stored, 0) || Now - session.Memory.BrokenAt < Overdue)
        {
            return null; // it moves
        }

        if (stored.Attachment!.ConnectionId is not { } connection)
        {
            return "its connection has no name";
        }

        if (session.Open.Find(socket => socket.Id == connection) is not { IsBroken: false } socket)
        {
            return "its connection is closed";
        }

        return socket.Client.AttachedOn != socket ? "the app was never greeted"
            : socket.Client.Subscriptions.Version != stored.Subscriptions.Version ? $"the app believes in version {socket.Client.Subscriptions.Version} of the subscriptions, and {stored.Subscriptions.Version} is in force"
            : stored.Mailbox.HasUnsent && stored.Predecessor is null ? "messages wait to be sent"
            : null;
    }
}
