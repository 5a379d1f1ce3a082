using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>
/// What is carried over of an app session from one installation to another: what a Reconnect keeps, and what its reconnect token is held to. Its
/// connection, its timers and its run of webhooks stay behind.
/// </summary>
public sealed record SessionCargo
{
    /// <summary>When it was read at the old place, UTC: of two cargoes of a session the later one counts.</summary>
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>The state that it was in.</summary>
    public AppState State { get; init; }

    /// <summary>The epoch that it had.</summary>
    public long Epoch { get; init; }

    /// <summary>The epoch of the last attach: the reconnect token that the app has carries it, or a later one.</summary>
    public long AttachedEpoch { get; init; }

    /// <summary>The id that a Connect began.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The app process that was attached last.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The messages for the app, with their numbers.</summary>
    public Mailbox Mailbox { get; init => field = value ?? Mailbox.Empty; } = Mailbox.Empty;

    /// <summary>The subscriptions.</summary>
    public SubscriptionSet Subscriptions { get; init => field = value ?? SubscriptionSet.Empty; } = SubscriptionSet.Empty;

    /// <summary>Until when a late reconnect gets its state back; null while it is attached.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>The app said goodbye.</summary>
    public bool Released { get; init; }

    /// <summary>The user is away.</summary>
    public bool Away { get; init; }

    /// <summary>Somebody is looking at it.</summary>
    public bool Foreground { get; init; }

    /// <summary>A start was accepted that has not begun.</summary>
    public bool StartPending { get; init; }

    /// <summary>The app processes that others have replaced.</summary>
    public ImmutableArray<string> Replaced { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What has happened to it so far.</summary>
    public SessionTally Tally { get; init => field = value ?? new(); } = new();

    /// <summary>What of a session is carried over; null for one that has ended, or is being stopped.</summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="now">The time, UTC.</param>
    public static SessionCargo? Of(AppSession session, DateTimeOffset now)
    {
        if (session.State is AppState.None or AppState.Stopping or AppState.Stopped)
        {
            return null;
        }

        var keeps = session.State is AppState.Running or AppState.GracePeriod || session.KeepsState(now);
        return new SessionCargo
        {
            ReadAt = now,
            State = session.State,
            Epoch = session.Epoch,
            AttachedEpoch = session.AttachedEpoch,
            CorrelationId = session.CorrelationId,
            InstanceId = session.InstanceId,
            Mailbox = keeps ? session.Mailbox.Trimmed(now) : session.Mailbox.Cleared(),
            Subscriptions = keeps ? session.Subscriptions : session.Subscriptions.Cleared(),
            KeptUntil = session.KeptUntil,
            Released = session.Released,
            Away = session.Away,
            Foreground = session.Foreground,
            StartPending = session.StartPending,
            Replaced = session.Replaced,
            Tally = session.Tally,
        };
    }

    /// <summary>What is wrong with a cargo that somebody sent, by field; nothing when it can be taken.</summary>
    public IReadOnlyDictionary<string, string> Validate()
    {
        var errors = new Dictionary<string, string>();
        Check("state", State is not (AppState.None or AppState.Stopping or AppState.Stopped) && Enum.IsDefined(State), "must be a state that is carried over");
        Check("epoch", Epoch is >= 0 and <= MostEpoch && AttachedEpoch >= 0 && AttachedEpoch <= Epoch, $"must be from 0 to {MostEpoch}, and attachedEpoch not beyond it");
        Check("correlationId", CorrelationId is null || Identifiers.IsValid(CorrelationId), $"must be {Identifiers.Rule}");
        Check("instanceId", InstanceId is null || Identifiers.IsValid(InstanceId), $"must be {Identifiers.Rule}");
        Check("replaced", Replaced.Length <= AppSession.RememberedReplaced && Replaced.All(Identifiers.IsValid), $"must be at most {AppSession.RememberedReplaced} instance ids");
        Check(
            "subscriptions",
            Subscriptions is { Version: >= 0, Streams: { IsDefault: false, Length: <= Identifiers.MaxStreams } streams } && streams.All(Identifiers.IsValidStream),
            $"must be at most {Identifiers.MaxStreams} stream names with a version");
        Check("mailbox", IsInOrder(Mailbox), "must have messages with bodies, in the order of their numbers and none beyond lastSeq, and counts that are not negative");
        return errors;

        void Check(string field, bool isGood, string rule)
        {
            if (!isGood)
            {
                errors[field] = rule;
            }
        }
    }

    /// <summary>The highest epoch that is taken: far beyond what any session comes to, and far from where numbers end.</summary>
    public const long MostEpoch = 1L << 51;

    static bool IsInOrder(Mailbox box) =>
        box is { Missed: >= 0, Kept.IsDefault: false, GivenUp.IsDefault: false, Receipts.IsDefault: false }
        && box.LastSeq is >= 0 and <= MostEpoch && box.SentUpTo >= 0 && box.SentUpTo <= box.LastSeq
        && (box.DoneUpTo ?? 0) is var done && done >= 0 && done <= box.SentUpTo
        && box.Kept.All(message => message is { Seq: > 0, Body.Length: > 0 } && message.Seq <= box.LastSeq)
        && box.Kept.Zip(box.Kept.Skip(1)).All(two => two.First.Seq < two.Second.Seq);
}

/// <summary>
/// A session is carried over from another installation, where its app may be attached still. It waits for the app, and nobody is asked to start
/// it anew before that time is over and a grace window has passed.
/// </summary>
/// <param name="Cargo">What is carried over, valid.</param>
/// <param name="Until">Until when apps move, UTC; a day from now at most.</param>
public sealed record CarriedOver(SessionCargo Cargo, DateTimeOffset Until) : SessionEvent;

/// <summary>That a session was carried over and has not been attached here since: until then its place is the other installation.</summary>
/// <param name="Until">Until when apps move, UTC.</param>
/// <param name="ReadAt">When it was read at the old place, UTC.</param>
public sealed record Carriage(DateTimeOffset Until, DateTimeOffset ReadAt);
