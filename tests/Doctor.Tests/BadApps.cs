using System.Collections.Frozen;
using Lifecycle.Doctor.Tests.Faults;

namespace Lifecycle.Doctor.Tests;

/// <summary>App servers that are wrong in several ways, and which checks find which of them.</summary>
static class BadApps
{
    public static readonly IReadOnlyDictionary<string, IReadOnlySet<Fault>> All = new Dictionary<string, IReadOnlySet<Fault>>
    {
        ["gullible"] = Set(Fault.VerifiesNothing, Fault.FailsAtNonsense, Fault.AttachesEachTime, Fault.DoesNotKnowWhatItHolds, Fault.TellsNothing),
        ["forgetful"] = Set(
            Fault.ForgetsToken, Fault.ForgetsLastSeq, Fault.ChangesName, Fault.SaysMore, Fault.CountsNothing, Fault.DropsTakeOverToken, Fault.KnowsNoSetVersion, Fault.HandlesInAnyOrder),
        ["impatient"] = Set(Fault.ShowsNoKey, Fault.IgnoresRetryAfter, Fault.Hammers, Fault.HasNoPatience, Fault.IgnoresCloseWords, Fault.SaysNoInit, Fault.MovesByClosing),
        ["sloppy"] = Set(Fault.HandlesTwice, Fault.TellsAhead, Fault.IgnoresStop, Fault.LeavesForGood),
        ["picky"] = Set(Fault.IsPicky, Fault.SaysItComesBack, Fault.ShowsKeyInAddress, Fault.CountsAhead, Fault.EmptiesSet, Fault.IgnoresSuperseded, Fault.IgnoresStopWebhook),
        ["quitter"] = Set(Fault.GivesUp, Fault.TakesAnything, Fault.ForgetsQuery, Fault.TellsNonsense, Fault.SaysGoodbyeToMove),
        ["old"] = Set(Fault.SaysNoVersion),
        ["moody"] = Set(
            Fault.RefusesGoodSignature, Fault.AnswersLate, Fault.TakesHuge, Fault.RefusesUnknownStop, Fault.OpensTwice, Fault.AsksWhileItStands, Fault.ComesUnasked, Fault.NegotiatesByGet,
            Fault.ClosesWhenAskedAgain, Fault.HangsUp, Fault.StopsTrying, Fault.GoesAway, Fault.AsksForOtherStreams, Fault.LosesMessages, Fault.IgnoresNumberOfAck, Fault.HearsNoPublishers,
            Fault.StopsAll, Fault.ExplainsItsGoodbye),
        ["clinging"] = Set(Fault.DoesNotEnd),
    };

    /// <summary>The checks that are played with an app; none: all. Of these two the others would see nothing wrong, and cost time.</summary>
    public static string[] OnlyOf(IReadOnlySet<Fault> faults) => faults.Overlaps([Fault.StopsTrying, Fault.DoesNotEnd]) ? [.. faults.SelectMany(ChecksOf)] : [];

    /// <summary>What an app with that fault fails.</summary>
    public static string[] ChecksOf(Fault fault) => fault switch
    {
        Fault.VerifiesNothing =>
        [
            "webhook-unsigned", "webhook-foreign-secret", "webhook-other-body", "webhook-other-id", "webhook-other-timestamp", "webhook-unknown-scheme", "webhook-cut-signature",
            "webhook-old", "webhook-future", "webhook-refusal",
        ],
        // The first three because this app looks at no signature: without one that is no question of trust, but of form.
        Fault.FailsAtNonsense =>
        [
            "webhook-no-id", "webhook-no-timestamp", "webhook-bad-timestamp", "webhook-unknown-type-answer", "webhook-malformed", "webhook-bad-session", "webhook-half-text",
        ],
        Fault.AttachesEachTime => ["webhook-again", "webhook-twice"],
        Fault.DoesNotKnowWhatItHolds => ["reconnect-held", "reconnect-when-asked"],
        Fault.TellsNothing =>
        [
            "done-told", "done-not-ahead", "done-refused", "done-cumulative", "done-batched", "done-prompt", "done-prompt-soon", "done-prompt-again", "done-tell", "done-over-next", "done-failed",
            "leave-done-first", "leave-handed-over", "leave-running",
        ],
        Fault.ForgetsToken =>
        [
            "negotiate-token-invalid", "negotiate-token-expired", "negotiate-token-mismatch", "ack-late-taken", "ack-unknown-fields", "ack-again", "ack-after-init", "reconnect-token",
            "reconnect-newest-token", "close-stale-token", "takeover-token-once", "move-first",
        ],
        Fault.ForgetsLastSeq => ["negotiate-token-invalid", "negotiate-token-expired", "negotiate-token-mismatch", "reconnect-last-seq"],
        Fault.ChangesName => ["negotiate-instance", "ack-init-wanted", "reconnect-instance", "reconnect-held", "reconnect-when-asked", "leave-webhook"],
        Fault.SaysNoVersion => ["negotiate-version"],
        Fault.SaysMore => ["negotiate-known-fields"],
        Fault.CountsNothing => ["negotiate-attempt", "negotiate-attempt-first", "negotiate-attempt-counts"],
        Fault.DropsTakeOverToken => ["takeover-token", "takeover-resurrection", "takeover-token-invalid", "takeover-token-expired", "takeover-token-mismatch"],
        Fault.KnowsNoSetVersion => ["subscriptions-version", "subscriptions-conflict", "subscriptions-told"],
        Fault.HandlesInAnyOrder =>
        [
            "message-order", "message-crowd", "message-once", "message-old", "message-gap", "message-over-reconnect", "message-ack-ahead", "message-clean-start", "done-not-ahead", "done-failed",
            "leave-running",
        ],
        Fault.ShowsNoKey => ["negotiate-key"],
        Fault.IgnoresRetryAfter =>
        [
            "negotiate-retry-after", "negotiate-retry-after-429", "negotiate-retry-after-date", "negotiate-engine-busy", "negotiate-service-away", "negotiate-service-away-soon",
        ],
        // Who asks again at once asks with the same words: with the token that was refused, and as the same try.
        Fault.Hammers =>
        [
            "negotiate-unavailable", "negotiate-error", "negotiate-gateway", "negotiate-foreign-404", "negotiate-wrong-key", "negotiate-not-found", "negotiate-rejected",
            "negotiate-attempt-counts", "negotiate-token-invalid", "negotiate-token-expired", "negotiate-token-mismatch", "reconnect-bounded",
            "takeover-token-invalid", "takeover-token-expired", "takeover-token-mismatch", "negotiate-dropped", "negotiate-garbage",
        ],
        Fault.HasNoPatience => ["ack-late-kept", "ack-late-asked"],
        Fault.IgnoresCloseWords => ["close-stale-token", "close-superseded", "close-stopped", "close-not-started", "close-refused", "close-then-started"],
        Fault.SaysNoInit => ["ack-init-wanted", "ack-after-init"],
        Fault.MovesByClosing => ["move-first", "move-waits", "move-leaves", "move-serves", "move-elsewhere", "move-elsewhere-goodbye", "move-refused", "move-no-address"],
        Fault.HandlesTwice => ["message-once", "message-old", "message-over-reconnect", "message-clean-start"],
        Fault.TellsAhead => ["ack-version-1", "done-not-ahead", "done-batched"],
        Fault.IgnoresStop => ["hub-records", "end-stop", "end-stop-closes"],
        Fault.LeavesForGood =>
        [
            "leave-asks", "leave-stays", "leave-serves", "leave-done-first", "leave-again", "leave-refused", "leave-handed-over", "leave-running", "leave-drains", "leave-version-1",
        ],
        Fault.IsPicky =>
        [
            "webhook-slow-clock", "webhook-fast-clock", "webhook-rotation", "webhook-rotation-first", "webhook-second-secret", "webhook-signed-bytes", "webhook-unknown-fields", "webhook-large",
            "webhook-charset",
        ],
        // It also falls over a text that is none.
        Fault.TakesAnything => ["webhook-unknown-type", "webhook-unknown-type-answer", "webhook-other-package", "webhook-not-post", "webhook-half-text"],
        Fault.IgnoresStopWebhook => ["end-stop-webhook", "end-stop-webhook-closes"],
        Fault.SaysItComesBack => ["attach-fresh", "reconnect-fresh", "end-then-started"],
        Fault.ShowsKeyInAddress => ["negotiate-key-hidden"],
        Fault.CountsAhead =>
        [
            "negotiate-last-seq", "negotiate-token-invalid", "negotiate-token-expired", "negotiate-token-mismatch", "reconnect-last-seq", "hub-unknown-target", "hub-unknown-type",
            "hub-unknown-completion", "hub-unknown-members", "message-any-body", "message-unknown-fields",
        ],
        Fault.ForgetsQuery => ["attach-address"],
        Fault.GivesUp =>
        [
            "negotiate-attempt-first", "negotiate-connect-refused", "negotiate-token-invalid", "negotiate-token-expired", "negotiate-token-mismatch", "ack-late-taken", "ack-unknown-fields",
            "ack-again", "ack-after-init", "reconnect-in-grace", "reconnect-token", "reconnect-hint", "reconnect-instance", "reconnect-last-seq", "reconnect-newest-token",
            "reconnect-announced-grace", "reconnect-jitter", "reconnect-in-spite", "reconnect-bounded", "reconnect-flapping", "reconnect-hurried", "close-1000", "close-1001", "close-1011",
            "close-1012", "close-1006", "close-message", "close-allow-reconnect", "close-no-reconnect", "close-unknown-word", "close-stale-connect", "close-stale-token", "hub-unknown-target",
            "hub-unknown-type", "hub-unknown-completion", "hub-unknown-members", "subscriptions-kept", "subscriptions-restored", "message-over-reconnect", "message-ack-ahead",
            "message-clean-start", "message-any-body", "message-unknown-fields", "done-over-next", "takeover-token-once", "leave-again",
        ],
        Fault.EmptiesSet => ["subscriptions-kept", "subscriptions-restored", "takeover-keeps-set"],
        Fault.IgnoresSuperseded => ["end-superseded", "end-superseded-closes", "leave-handed-over", "leave-running"],
        Fault.TellsNonsense => ["ack-version-1", "done-shape", "done-not-beyond", "done-not-ahead", "done-batched"],
        Fault.SaysGoodbyeToMove => ["move-no-goodbye", "move-elsewhere-goodbye", "move-refused"],
        Fault.RefusesGoodSignature => ["webhook-signed"],
        Fault.AnswersLate => ["webhook-in-time"],
        Fault.TakesHuge => ["webhook-huge"],
        Fault.RefusesUnknownStop => ["webhook-stop-unknown"],
        Fault.OpensTwice => ["attach-one-connection", "attach-handshake"],
        Fault.AsksWhileItStands => ["attach-once"],
        Fault.ComesUnasked => ["attach-not-started"],
        Fault.NegotiatesByGet => ["negotiate-post", "negotiate-names"],
        Fault.ClosesWhenAskedAgain => ["attach-started-again", "takeover-own"],
        Fault.HangsUp => ["negotiate-slow"],
        Fault.StopsTrying =>
        [
            "negotiate-hangs", "negotiate-transport-refused", "negotiate-transport-unauthorized", "ack-never", "reconnect-before-ack", "hub-silence", "hub-handshake-hangs",
        ],
        Fault.GoesAway => ["hub-pings"],
        Fault.AsksForOtherStreams => ["subscriptions-shape", "subscriptions-replaced", "subscriptions-empty"],
        Fault.LosesMessages => ["message-handled", "message-fails"],
        Fault.IgnoresNumberOfAck => ["message-behind-ack", "message-ack-ahead", "takeover-goes-on"],
        Fault.HearsNoPublishers => ["message-publishers"],
        Fault.StopsAll => ["end-others-live"],
        Fault.ExplainsItsGoodbye => ["end-release"],
        Fault.DoesNotEnd => ["leave-ends"],
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault"),
    };

    /// <summary>What it fails or not, as the moment will have it.</summary>
    public static string[] PerhapsOf(Fault fault) => fault switch
    {
        Fault.HasNoPatience => ["ack-late-taken"], // The ack meets a socket that is there, or one that was just closed.
        Fault.EmptiesSet => ["subscriptions-told"], // What it does at an ack can come behind what it is told next.
        Fault.TellsNonsense => ["done-cumulative"], // The lower number follows the higher one before the check looks, or behind.
        _ => [],
    };

    static FrozenSet<Fault> Set(params Fault[] faults) => faults.ToFrozenSet();
}
