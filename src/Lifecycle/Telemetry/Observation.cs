namespace Lifecycle;

/// <summary>Something that a decision did and that is worth counting. A closed set: the shell has an instrument for each.</summary>
public abstract record Observation;

/// <summary>A connection was attached, or one that was attached said afterwards that it is fresh.</summary>
/// <param name="Resumed">Whether the state was kept.</param>
/// <param name="Reason">How, from <see cref="Reasons"/>.</param>
/// <param name="Blame">Whose fault the loss was that it ended, or who caused it.</param>
public sealed record AttachObserved(bool Resumed, string Reason, Blame Blame) : Observation;

/// <summary>A socket was lost: a grace window began.</summary>
/// <param name="Cause">How that was found, from <see cref="Reasons"/>.</param>
public sealed record GraceBegan(string Cause) : Observation;

/// <summary>A grace window expired.</summary>
/// <param name="State">The state it led to.</param>
/// <param name="Blame">Whose fault that is.</param>
public sealed record GraceExpired(AppState State, Blame Blame) : Observation;

/// <summary>Evidence holds a resurrection back.</summary>
/// <param name="Reason">Which, from <see cref="Reasons"/>.</param>
/// <param name="Blame">Whose fault it is.</param>
public sealed record ResurrectionHeld(string Reason, Blame Blame) : Observation;

/// <summary>A session's app was lost soon after it had attached, for the second time in a row or later; or it is well again.</summary>
/// <param name="Phase">Which of the two.</param>
public sealed record CrashLoopObserved(CrashLoopPhase Phase) : Observation;

/// <summary>A resurrection turned out to be false after its run had ended, or as it ended otherwise.</summary>
public sealed record FalseFound : Observation;

/// <summary>A run of webhooks ended.</summary>
/// <param name="Reason">Why it existed.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Blame">Whose fault the loss was, or who ended it.</param>
public sealed record RunEnded(RunReason Reason, RunOutcome Outcome, Blame Blame) : Observation;

/// <summary>An app session was given up.</summary>
/// <param name="Reason">Why, from <see cref="Reasons"/>.</param>
/// <param name="Blame">Whose fault that is.</param>
public sealed record SessionEvicted(string Reason, Blame Blame) : Observation;

/// <summary>Something came late, twice or for another epoch, and changed nothing.</summary>
/// <param name="Kind">What.</param>
public sealed record StaleArrived(StaleKind Kind) : Observation;

/// <summary>A message was posted.</summary>
/// <param name="Outcome">What became of it at once.</param>
public sealed record MessageObserved(MessageOutcome Outcome) : Observation;

/// <summary>The app told what it has handled.</summary>
/// <param name="Handled">How many messages more, those that failed not included; of numbers, so one that was given up counts as well.</param>
/// <param name="Failed">How many of which a handler threw.</param>
public sealed record MessagesFinished(long Handled, int Failed) : Observation;

/// <summary>A hand-over ended.</summary>
/// <param name="Outcome">How.</param>
public sealed record HandOverEnded(HandOverOutcome Outcome) : Observation;

/// <summary>How a hand-over ended.</summary>
public enum HandOverOutcome
{
    /// <summary>Malformed: none ends so.</summary>
    None = 0,

    /// <summary>Another process took over.</summary>
    TakenOver = 1,

    /// <summary>None did in time.</summary>
    Failed = 2,

    /// <summary>The process that left was lost before; whoever was asked may still come.</summary>
    Lost = 3,

    /// <summary>The session was stopped, released or begun anew.</summary>
    CalledOff = 4,
}

/// <summary>An app was found to be deaf.</summary>
/// <param name="IsReplaced">It was asked, told nothing new, and is replaced.</param>
public sealed record DeafFound(bool IsReplaced) : Observation;

/// <summary>A duration was measured.</summary>
/// <param name="What">Which.</param>
/// <param name="Value">How long.</param>
/// <param name="Timer">For <see cref="Measurement.TimerLateness"/>, of which timer.</param>
public sealed record DurationObserved(Measurement What, TimeSpan Value, TimerKind Timer) : Observation;

/// <summary>An incident of an app was opened, got worse, or was closed.</summary>
/// <param name="Cause">Its cause.</param>
/// <param name="Phase">Which of the three.</param>
public sealed record IncidentObserved(IncidentCause Cause, IncidentPhase Phase) : Observation;

/// <summary>The pace of an app changed by what its answers said.</summary>
/// <param name="Change">How.</param>
public sealed record PaceLearned(PaceChange Change) : Observation;

/// <summary>An app was not told of a stop.</summary>
/// <param name="Reason">Why, from <see cref="Reasons"/>.</param>
public sealed record StopDropped(string Reason) : Observation;

/// <summary>Something can never be done, and was set aside so that the next one goes on.</summary>
/// <param name="What">What.</param>
public sealed record EffectSetAside(SetAsideKind What) : Observation;

/// <summary>What can be set aside.</summary>
public enum SetAsideKind
{
    /// <summary>Malformed: nothing is of this kind.</summary>
    None = 0,

    /// <summary>A message that was refused for what it is.</summary>
    Message = 1,

    /// <summary>A message that could not be sent, and was too large to be kept.</summary>
    UnkeptMessage = 2,

    /// <summary>Group memberships that were refused for what they are.</summary>
    Groups = 3,

    /// <summary>An event that the queue refused for what it is.</summary>
    Event = 4,

    /// <summary>A dead letter that the queue refused for what it is.</summary>
    DeadLetter = 5,

    /// <summary>The close of a connection that must be closed: it failed again and again.</summary>
    Close = 6,
}

/// <summary>How a run of webhooks ended.</summary>
public enum RunOutcome
{
    /// <summary>Malformed: no run ends so.</summary>
    None = 0,

    /// <summary>The app attached after a webhook.</summary>
    Succeeded = 1,

    /// <summary>What attached after a webhook is the process that was attached before: it had been alive.</summary>
    False = 2,

    /// <summary>The app attached before a webhook went out.</summary>
    NotNeeded = 3,

    /// <summary>The session was given up.</summary>
    Evicted = 4,

    /// <summary>The session was stopped.</summary>
    Stopped = 5,

    /// <summary>The user went away.</summary>
    Dormant = 6,

    /// <summary>A start took its place.</summary>
    Restarted = 7,

    /// <summary>Evidence showed that it began too soon: there is a whole grace window more.</summary>
    Held = 8,
}

/// <summary>What can be stale.</summary>
public enum StaleKind
{
    /// <summary>Malformed: nothing is of this kind.</summary>
    None = 0,

    /// <summary>A <c>connected</c> event or an <c>init</c>.</summary>
    Connected = 1,

    /// <summary>A <c>disconnected</c> event.</summary>
    Disconnected = 2,

    /// <summary>A reconnect token.</summary>
    Token = 3,

    /// <summary>A durable timer.</summary>
    Timer = 4,

    /// <summary>A step of a run's orchestration.</summary>
    Run = 5,

    /// <summary>What reconciliation found, or what an app's health URL answered.</summary>
    Look = 6,

    /// <summary>A request of the platform: a stop or a message that came twice.</summary>
    Request = 7,

    /// <summary>A sign of life of a process that was not attached last.</summary>
    Sign = 8,

    /// <summary>What was handled, told by a process that no longer has the session.</summary>
    Done = 9,
}

/// <summary>How a pace changed that is learned.</summary>
public enum PaceChange
{
    /// <summary>Malformed: none changed so.</summary>
    None = 0,

    /// <summary>It grew.</summary>
    Grown = 1,

    /// <summary>It was lowered, for a queue stood before the app.</summary>
    Lowered = 2,

    /// <summary>It was lowered, for the app refused it.</summary>
    Refused = 3,
}

/// <summary>Where a session's crash loop stands.</summary>
public enum CrashLoopPhase
{
    /// <summary>Malformed: none stands there.</summary>
    None = 0,

    /// <summary>Its app was lost once more.</summary>
    Lost = 1,

    /// <summary>Its app has lived for so long that it is over.</summary>
    Stable = 2,
}

/// <summary>Where an incident stands.</summary>
public enum IncidentPhase
{
    /// <summary>Malformed: no incident stands there.</summary>
    None = 0,

    /// <summary>It was opened.</summary>
    Opened = 1,

    /// <summary>It was open because sessions were lost, and now the breaker opened.</summary>
    Escalated = 2,

    /// <summary>It is over.</summary>
    Closed = 3,
}
