namespace Lifecycle.Simulator.Worlds;

/// <content>The function on a timer that finds what was lost.</content>
sealed partial class World
{
    const long SweepEveryMs = 30_000;

    void Sweep()
    {
        agenda.After(SweepEveryMs, Sweep);
        if (IsStanding)
        {
            return;
        }

        foreach (var session in sessions)
        {
            if (!IsAtPeace(session))
            {
                Sweep(session);
            }
        }

        if (AppRules.IsOverdue(gate, Now, policy))
        {
            TellGate(new TimePassed());
        }
    }

    // Of whom a sweep finds nothing, whatever the time: it is skipped, for there are some thousand sweeps a day.
    static bool IsAtPeace(Session session) => session.Stored switch
    {
        { Chores.DueAt: not null } or { Predecessor: not null } => false,
        { State: AppState.None } => true,
        { State: AppState.Running, Run: null, Attachment: { MendAt: null, DeafLookAt: null, ConnectionId: { } connection }, Life.StableAt: null } =>
            session.Has(connection),
        { State: AppState.Dormant or AppState.Evicted, Run: null } => session.Open.Count == 0,
        _ => false,
    };

    void Sweep(Session session)
    {
        var (stored, now) = (session.Stored, Now);
        foreach (var lost in Rules.LostOf(stored, now, policy))
        {
            Tell(session, lost);
        }

        if (Rules.BackTo(stored, now) is { } back && Rules.IsBackForLong(Look(), now, Policy.Default.ReconnectGraceMs))
        {
            Tell(session, back);
        }

        if (canBeAsked && Rules.QuestionAbout(stored, now) is { } question && Rules.EventOf(question, IsKnown(session, question)) is { } found)
        {
            Tell(session, found);
        }
    }

    static bool IsKnown(Session session, ServiceQuestion question) =>
        question.ConnectionId is { } connection ? session.Has(connection) : session.Open.Count > 0;
}
