using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>One decision in the making: what it decides upon, and the effects gathered so far, in order.</summary>
sealed class Turn(AppSessionId id, AppSession session, DateTimeOffset now, Policy policy, string? trace, string? unmade = null)
{
    Blame found;
    readonly ImmutableArray<Effect>.Builder effects = ImmutableArray.CreateBuilder<Effect>();

    public AppSessionId Id => id;

    public AppSession Before { get; private set; } = session;

    public DateTimeOffset Now => now;

    public Policy Policy => policy;

    /// <summary>The trace of the event.</summary>
    public string? Trace => trace;

    public AppState State => Before.State;

    /// <summary>The webhook that the gate admitted and that did not go out.</summary>
    public string? Unmade => unmade;

    /// <summary>The same turn from another state on: what was found out makes that the one that is true.</summary>
    public Turn From(AppSession other, string unmadeWebhook) => new(id, other, now, policy, trace, unmadeWebhook);

    /// <summary>This turn goes on from what it has made of the session so far.</summary>
    public Turn Replacing(AppSession other)
    {
        Before = other;
        return this;
    }

    /// <summary>This turn knows more of the process that was lost than the session has told so far.</summary>
    public Turn Knowing(Life life) => Replacing(Before with { Life = life });

    /// <summary>This turn knows whose fault it is, better than its reason tells; <see cref="Blame.Unknown"/> takes that back.</summary>
    public Turn Blaming(Blame blame)
    {
        found = blame;
        return this;
    }

    /// <summary>Whose fault something is that this turn decides.</summary>
    public Blame BlameFor(string reason) => found == Blame.Unknown ? BlameTable.Of(reason, Before.Evidence.Blame) : found;

    public Turn Do(Effect effect)
    {
        effects.Add(effect);
        return this;
    }

    public Turn DoIf(bool condition, Effect effect) => condition ? Do(effect) : this;

    /// <summary>The event moved the session to another state, or to the same one anew.</summary>
    public Decision Move(AppState to, string reason, Func<AppSession, AppSession> change, RunOrder? order = null)
    {
        var outcome = Judge(OutcomeKind.Applied, reason);
        var after = change(Before).MovedTo(to, reason, now, outcome.Blame);
        Do(new PublishTransition(Before.State, to, reason, after.Epoch, after.CorrelationId, outcome.Blame));
        return new Decision(after, effects.ToImmutable(), outcome, order);
    }

    /// <summary>The event changed something and left the state as it is.</summary>
    public Decision Stay(string reason, AppSession after, RunOrder? order = null) =>
        new(after, effects.ToImmutable(), Judge(OutcomeKind.Applied, reason), order);

    /// <summary>The event makes no difference.</summary>
    public Decision Ignore(string reason, RunOrder? order = null) => Ignore(reason, Before, order);

    /// <summary>The event came late, twice or for another connection; what it taught is remembered.</summary>
    public Decision Ignore(string reason, AppSession learned, RunOrder? order = null)
    {
        var outcome = Judge(OutcomeKind.Ignored, reason);
        return new Decision(outcome.IsStale ? Counted(learned) : learned, effects.ToImmutable(), outcome, order);
    }

    /// <summary>The event asks for something that must not be.</summary>
    public Decision Refuse(string reason) => new(Before, effects.ToImmutable(), Judge(OutcomeKind.Refused, reason));

    /// <summary>The event asks for something that must not be; what came of it is remembered.</summary>
    public Decision Refuse(string reason, AppSession after) => new(after, effects.ToImmutable(), Judge(OutcomeKind.Refused, reason));

    /// <summary>The event came with something that is out of date, and is refused for that; counted as stale.</summary>
    public Decision RefuseStale(string reason, AppSession after) => Refuse(reason, Counted(after));

    /// <summary>The session is forgotten.</summary>
    public Decision Forget(string reason) => new(AppSession.None, effects.ToImmutable(), Judge(OutcomeKind.Applied, reason));

    Outcome Judge(OutcomeKind kind, string reason) => new(kind, reason, BlameFor(reason));

    static AppSession Counted(AppSession session) => session.State == AppState.None
        ? session // nothing is stored for a session that does not exist, or anybody's events could create one
        : session with { Tally = session.Tally with { Stale = session.Tally.Stale + 1 } };
}
