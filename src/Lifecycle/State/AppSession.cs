using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// The state of one app session: a value that can be stored, printed and compared. Only <see cref="Rules.Decide"/> makes
/// a new one out of an old one.
/// </summary>
public sealed record AppSession
{
    /// <summary>The version of this record's stored form; 0 means malformed.</summary>
    public const int CurrentSchema = 1;

    /// <summary>How many closed connection ids are remembered, so that a late <c>connected</c> of one does not attach.</summary>
    public const int RememberedClosed = 8;

    /// <summary>How many replaced app processes are remembered: a deployment replaces one.</summary>
    public const int RememberedReplaced = 4;

    /// <summary>How many transitions are remembered for operators: the last ones, and of many attempts in a row the first and the last.</summary>
    public const int RememberedSteps = 12;

    /// <summary>The stored form's version.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The state it is in.</summary>
    public AppState State { get; init; }

    /// <summary>When it came into that state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Grows with every attach, detach, start and stop: whatever carries an older one is ignored.</summary>
    public long Epoch { get; init; }

    /// <summary>The id that a Connect begins and every Reconnect keeps; webhooks and logs carry it.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The live connection; null while there is none.</summary>
    public Attachment? Attachment { get; init; }

    /// <summary>The app process that was attached last.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The epoch of the last attach: the one reconnect token that is good carries it. 0 when none is.</summary>
    public long AttachedEpoch { get; init; }

    /// <summary>When the newest connection that ever attached was negotiated: events of older ones are late.</summary>
    public DateTimeOffset? NewestNegotiatedAt { get; init; }

    /// <summary>The messages for the app.</summary>
    public Mailbox Mailbox { get; init; } = Mailbox.Empty;

    /// <summary>The subscriptions, kept over a reconnect.</summary>
    public SubscriptionSet Subscriptions { get; init; } = SubscriptionSet.Empty;

    /// <summary>What is known of the group memberships that they are.</summary>
    public Memberships Groups { get; init; } = Memberships.Unknown;

    /// <summary>What is known of the user's place on its roll; null when it is on none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RollPlace? Roll { get; init; }

    /// <summary>What must still happen at the SignalR service, because a call failed.</summary>
    public Chores Chores { get; init; } = Chores.None;

    /// <summary>When the current state's timer is due: grace window, stop timeout or retention.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// The deadline for which the last grace timer was armed after a loss. It cannot be called back, so a window that begins while it is on its way
    /// counts on it; null when none is to be counted on.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? GraceTimerAt { get; init; }

    /// <summary>When the socket was lost, while the app is not attached.</summary>
    public DateTimeOffset? LostAt { get; init; }

    /// <summary>Until when a late reconnect gets its state back.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>The app said goodbye: when its socket closes it is not resurrected.</summary>
    public bool Released { get; init; }

    /// <summary>The user session is marked away.</summary>
    public bool Away { get; init; }

    /// <summary>Somebody is looking at it: when its app is back, it goes before those that nobody looks at.</summary>
    public bool Foreground { get; init; }

    /// <summary>When the last start was accepted, which also names it: one that comes twice is one. Null when that is not known.</summary>
    public DateTimeOffset? StartAskedAt { get; init; }

    /// <summary>A start was accepted that cannot begin yet; it is carried out when this life has ended, or when nobody brings the app back otherwise.</summary>
    public bool StartPending { get; init; }

    /// <summary>The run of webhooks in progress.</summary>
    public ResurrectionRun? Run { get; init; }

    /// <summary>The app attached while its first webhook was on its way; null once it is known what became of that.</summary>
    public OpenWebhook? OpenWebhook { get; init; }

    /// <summary>The last webhook whose end the app's gate was told: nobody tells it again.</summary>
    public string? ToldWebhook { get; init; }

    /// <summary>
    /// When that webhook went out, UTC, where the app attached before it answered: how long the answer took is still to be told, for the pace. Null otherwise.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PacedAt { get; init; }

    /// <summary>
    /// The <c>traceparent</c> of the loss of its socket, or of its start, until it is attached again: what happens in between is one trace.
    /// </summary>
    public string? Trace { get; init; }

    /// <summary>Why it is in its state, for operators: the last transition's reason.</summary>
    public string? Reason { get; init; }

    /// <summary>What has happened to it so far.</summary>
    public SessionTally Tally { get; init; } = new();

    /// <summary>Connections known to be closed, the newest last.</summary>
    public ImmutableArray<string> Closed { get; init; } = [];

    /// <summary>
    /// The connection that was lost because the service did not know it. That can be wrong, so it is not known to be closed: whatever its app says over
    /// it proves that it lives.
    /// </summary>
    public string? MissingConnection { get; init; }

    /// <summary>What is known of whose fault it is that the app is not attached.</summary>
    public Evidence Evidence { get; init => field = value ?? Evidence.None; } = Evidence.None;

    /// <summary>How long the app process that was attached last has lived, and how those before it did.</summary>
    public Life Life { get; init => field = value ?? Life.None; } = Life.None;

    /// <summary>
    /// The app process that was asked by webhook to be started anew and has not been heard of since. Whatever comes of it shows that it lived: that
    /// resurrection was false.
    /// </summary>
    public string? WrittenOff { get; init; }

    /// <summary>The app processes that others have replaced, the newest last; at most <see cref="RememberedReplaced"/>.</summary>
    public ImmutableArray<string> Replaced { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Another process was asked to take over; null when none was since the last attach.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Invitation? Invited { get; init; }

    /// <summary>The invitation by which the process that is attached, or was last, took over; it may show it again until it has heard that it did. Null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TakenOverBy { get; init; }

    /// <summary>The process before, which is about to finish what it had; null when none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Predecessor? Predecessor { get; init; }

    /// <summary>It was carried over from another installation, and its app has not attached here since; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Carriage? Carried { get; init; }

    /// <summary>The last transitions, the newest last.</summary>
    public ImmutableArray<TrailStep> Trail { get; init; } = [];

    /// <summary>An app session that does not exist.</summary>
    public static AppSession None { get; } = new();

    /// <summary>Whether this connection is known to be closed.</summary>
    public bool HasClosed(string connectionId) => Closed.Contains(connectionId);

    /// <summary>Whether state is still kept for a late reconnect.</summary>
    public bool KeepsState(DateTimeOffset now) => KeptUntil is { } until && now < until;

    /// <summary>The same session with one more connection known to be closed.</summary>
    public AppSession WithClosed(string? connectionId)
    {
        if (connectionId is null || HasClosed(connectionId))
        {
            return this;
        }

        var kept = Closed.Length < RememberedClosed ? Closed : Closed.RemoveAt(0);
        return this with { Closed = kept.Add(connectionId), MissingConnection = MissingConnection == connectionId ? null : MissingConnection };
    }

    /// <summary>The same session with another connection missing; the one before it does not count as alive any more.</summary>
    public AppSession WithMissing(string? connectionId) => WithClosed(MissingConnection) with { MissingConnection = connectionId };

    /// <summary>The same session with its last app process replaced by another one, which replaces nobody of its own.</summary>
    /// <param name="by">The process that is attached now; null for one that is not known yet.</param>
    public AppSession WithReplaced(string? by)
    {
        var others = Replaced.Remove(by ?? "");
        var last = InstanceId is { } instance && instance != by && !others.Contains(instance) ? others.Add(instance) : others;
        return this with { Replaced = last.Length > RememberedReplaced ? last.RemoveAt(0) : last };
    }

    /// <summary>The same session in another state, with the step remembered.</summary>
    public AppSession MovedTo(AppState state, string reason, DateTimeOffset now, Blame blame)
    {
        var kept = Trail.Length < RememberedSteps ? Trail : Trail.RemoveAt(Forgotten());
        return this with { State = state, Since = now, Reason = reason, Trail = kept.Add(new TrailStep(state, now, reason, blame)) };
    }

    // An attempt among many is forgotten before what began them: since when the app was away is to be known, however often it was tried meanwhile.
    int Forgotten()
    {
        var at = 2;
        while (at < Trail.Length - 1 && !(IsTry(at - 2) && IsTry(at - 1) && IsTry(at)))
        {
            at++;
        }

        return at < Trail.Length - 1 ? at - 1 : 0;
    }

    bool IsTry(int at) => Trail[at].State is AppState.Resurrecting or AppState.Backoff;

    /// <summary>Equal when every field and every element is.</summary>
    public bool Equals(AppSession? other) =>
        other is not null
        && (Schema, State, Since, Epoch, CorrelationId, Attachment, InstanceId) ==
           (other.Schema, other.State, other.Since, other.Epoch, other.CorrelationId, other.Attachment, other.InstanceId)
        && (Subscriptions, Deadline, LostAt, KeptUntil, Released, Away, Run) ==
           (other.Subscriptions, other.Deadline, other.LostAt, other.KeptUntil, other.Released, other.Away, other.Run)
        && (Reason, Foreground, StartPending, StartAskedAt, Tally, Trace) ==
           (other.Reason, other.Foreground, other.StartPending, other.StartAskedAt, other.Tally, other.Trace)
        && (AttachedEpoch, NewestNegotiatedAt, Mailbox, Groups) == (other.AttachedEpoch, other.NewestNegotiatedAt, other.Mailbox, other.Groups)
        && (OpenWebhook, ToldWebhook, PacedAt, MissingConnection, Chores, Roll) ==
           (other.OpenWebhook, other.ToldWebhook, other.PacedAt, other.MissingConnection, other.Chores, other.Roll)
        && (Evidence, WrittenOff, Invited, Predecessor, TakenOverBy, Life, Carried, GraceTimerAt) ==
           (other.Evidence, other.WrittenOff, other.Invited, other.Predecessor, other.TakenOverBy, other.Life, other.Carried, other.GraceTimerAt)
        && Replaced.AsSpan().SequenceEqual(other.Replaced.AsSpan())
        && Closed.AsSpan().SequenceEqual(other.Closed.AsSpan())
        && Trail.AsSpan().SequenceEqual(other.Trail.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, Since, Epoch, CorrelationId, Attachment, Run);
}

/// <summary>A webhook that was on its way when the app attached. Whether it went out at all is not known yet: the last look may have found the app.</summary>
/// <param name="RunId">Its run, which that attach ended.</param>
/// <param name="Reason">Why the run existed.</param>
/// <param name="Attempt">Which of the run's webhooks.</param>
/// <param name="WasAlive">What attached is the process that was attached before.</param>
/// <param name="Instance">The process that was attached before, when another one attached; null when it is not known.</param>
public sealed record OpenWebhook(string RunId, RunReason Reason, int Attempt, bool WasAlive, string? Instance = null)
{
    /// <summary>Whose fault the loss was that the attach ended.</summary>
    public Blame Blame { get; init; }
}

/// <summary>One remembered transition.</summary>
/// <param name="State">The state it led to.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why.</param>
/// <param name="Blame">Whose fault that is, or who caused it.</param>
public sealed record TrailStep(AppState State, DateTimeOffset At, string Reason, Blame Blame = Blame.Unknown);

/// <summary>Counts of what happened to one app session since it was created.</summary>
public sealed record SessionTally
{
    /// <summary>Fresh attaches.</summary>
    public int Connects { get; init; }

    /// <summary>Attaches with state kept.</summary>
    public int Reconnects { get; init; }

    /// <summary>Grace windows that began.</summary>
    public int Graces { get; init; }

    /// <summary>Processes that took over from another one that was there or was awaited, with its state.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int TakeOvers { get; init; }

    /// <summary>Messages whose handler threw in the end, as the app says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FailedMessages { get; init; }

    /// <summary>Grace windows that expired.</summary>
    public int Expired { get; init; }

    /// <summary>Start and resurrection webhooks sent.</summary>
    public int Webhooks { get; init; }

    /// <summary>Resurrection webhooks sent to an app whose old process was alive.</summary>
    public int FalseResurrections { get; init; }

    /// <summary>When the last of them was found; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastFalseAt { get; init; }

    /// <summary>Events that came too late, twice, or for another connection, and changed nothing.</summary>
    public int Stale { get; init; }
}
