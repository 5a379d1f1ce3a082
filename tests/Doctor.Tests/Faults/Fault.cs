namespace Lifecycle.Doctor.Tests.Faults;

/// <summary>What can be wrong with an app server.</summary>
public enum Fault
{
    /// <summary>It looks at no signature.</summary>
    VerifiesNothing,

    /// <summary>It answers 500 where it should reject.</summary>
    FailsAtNonsense,

    /// <summary>It attaches anew for every webhook, whatever its id.</summary>
    AttachesEachTime,

    /// <summary>It answers a resurrection like a start, and does not look whether it holds the session.</summary>
    DoesNotKnowWhatItHolds,

    /// <summary>It takes only webhooks that look as the first one did: one signature, no field more, no clock that differs by a minute.</summary>
    IsPicky,

    /// <summary>It takes every type for a start, every package for its own, and answers what is no POST.</summary>
    TakesAnything,

    /// <summary>It accepts a stop and goes on.</summary>
    IgnoresStopWebhook,

    /// <summary>It says that it comes back when it begins.</summary>
    SaysItComesBack,

    /// <summary>It shows its API key in the address as well.</summary>
    ShowsKeyInAddress,

    /// <summary>It names messages that it was not given.</summary>
    CountsAhead,

    /// <summary>It opens its sockets at another address than it was given.</summary>
    ForgetsQuery,

    /// <summary>It does not come back.</summary>
    GivesUp,

    /// <summary>It empties its set of streams whenever it attaches.</summary>
    EmptiesSet,

    /// <summary>It does not hear that it was replaced.</summary>
    IgnoresSuperseded,

    /// <summary>What it tells of handled messages makes no sense.</summary>
    TellsNonsense,

    /// <summary>It says goodbye before it moves.</summary>
    SaysGoodbyeToMove,

    /// <summary>It shows no reconnect token.</summary>
    ForgetsToken,

    /// <summary>It does not say what it has handled.</summary>
    ForgetsLastSeq,

    /// <summary>It has another instance id in every call.</summary>
    ChangesName,

    /// <summary>It says more in the body of negotiate than is known.</summary>
    SaysMore,

    /// <summary>It counts no tries.</summary>
    CountsNothing,

    /// <summary>It shows no API key.</summary>
    ShowsNoKey,

    /// <summary>It comes when it likes, whatever Retry-After says.</summary>
    IgnoresRetryAfter,

    /// <summary>It asks negotiate again and again when it is refused.</summary>
    Hammers,

    /// <summary>It closes a socket whose ack is late.</summary>
    HasNoPatience,

    /// <summary>It handles a message that comes twice twice.</summary>
    HandlesTwice,

    /// <summary>It does not wait for one message before it begins with the next.</summary>
    HandlesInAnyOrder,

    /// <summary>It tells that a message is handled when it comes.</summary>
    TellsAhead,

    /// <summary>It never tells that anything is handled.</summary>
    TellsNothing,

    /// <summary>It names version 0 of its set of streams, always.</summary>
    KnowsNoSetVersion,

    /// <summary>It does not stop when it is told to over its connection.</summary>
    IgnoresStop,

    /// <summary>It comes back whatever its connection was closed with.</summary>
    IgnoresCloseWords,

    /// <summary>It does not say init.</summary>
    SaysNoInit,

    /// <summary>Told to move, it closes its connection and comes back.</summary>
    MovesByClosing,

    /// <summary>It says goodbye to its sessions when it leaves.</summary>
    LeavesForGood,

    /// <summary>It says nothing of the version that it speaks, and so speaks version 1.</summary>
    SaysNoVersion,

    /// <summary>It does not show the token that it was asked to take over with.</summary>
    DropsTakeOverToken,

    /// <summary>It refuses a webhook whose signature is good.</summary>
    RefusesGoodSignature,

    /// <summary>It works first, and answers then.</summary>
    AnswersLate,

    /// <summary>It takes a body of any length.</summary>
    TakesHuge,

    /// <summary>It says that a session that it is to stop, and does not have, is gone.</summary>
    RefusesUnknownStop,

    /// <summary>It opens a second connection with the same access token, and speaks MessagePack over it.</summary>
    OpensTwice,

    /// <summary>It negotiates while its connection stands.</summary>
    AsksWhileItStands,

    /// <summary>It negotiates for a session that nobody started.</summary>
    ComesUnasked,

    /// <summary>It negotiates by GET, and without the package.</summary>
    NegotiatesByGet,

    /// <summary>Asked for a session that it has, it closes it.</summary>
    ClosesWhenAskedAgain,

    /// <summary>It does not wait for an answer of negotiate for longer than a second.</summary>
    HangsUp,

    /// <summary>When its first try came to nothing it does not try again, or does not hear the answer.</summary>
    StopsTrying,

    /// <summary>It is gone a second after its ack, without a word.</summary>
    GoesAway,

    /// <summary>It asks for other streams than it wants, and never for none.</summary>
    AsksForOtherStreams,

    /// <summary>It loses messages.</summary>
    LosesMessages,

    /// <summary>It handles what is not behind the number of the ack.</summary>
    IgnoresNumberOfAck,

    /// <summary>It does not hear what publishers send.</summary>
    HearsNoPublishers,

    /// <summary>Told to stop one session it stops another one as well.</summary>
    StopsAll,

    /// <summary>It says why it says goodbye.</summary>
    ExplainsItsGoodbye,

    /// <summary>Its process does not end when it is told to.</summary>
    DoesNotEnd,
}
