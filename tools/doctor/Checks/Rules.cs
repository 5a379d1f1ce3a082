namespace Lifecycle.Doctor.Checks;

/// <summary>The places of docs/wire.md that checks point to. A test holds the words to the page.</summary>
static class Rules
{
    const string Client = "app-server-to-lifecycle", Waiting = "waiting-for-the-ack", Back = "coming-back", Methods = "hub-methods", Hooks = "webhooks-lifecycle-to-app-server",
        Targets = "lifecycle-to-app-server-signalr-invocations-one-object-argument-each", Second = "version-2";

    public static readonly Rule
        // Webhooks.
        Signed = new(Hooks, "A receiver takes the webhook when any signature matches any of its secrets"),
        Fresh = new(Hooks, "the time is within five minutes of its own"),
        SignedOver = new(Hooks, "the base64 of HMAC-SHA256 over"),
        Headers = new(Hooks, "signed by the [Standard Webhooks]"),
        Rotation = new(Hooks, "one for each valid secret, separated by spaces"),
        WebhookId = new(Hooks, "the same for every retry of it, so that a receiver can tell"),
        Answers = new(Hooks, "401, 403 and 404 mean gone when nothing else is heard"),
        Accepts = new(Hooks, "2xx accepts: the app then has the connect"),
        InTime = new(Hooks, "has `webhookTimeoutMs`"),
        Types = new(Hooks, "`type` is `session_request` (first start)"),
        NotUnderstood = new(Hooks, "any other 4xx rejects"),
        Json = new(Hooks, "`content-type: application/json`"),
        Held = new(Hooks, "is answered 2xx with the header `x-lifecycle-held-by`"),
        ComesAtOnce = new(Hooks, "so the process comes back at once"),
        Leaves = new(Hooks, "A process that is itself about to leave answers 503 with the header `x-lifecycle-leaving`"),

        // Negotiate.
        Key = new(Client, "with the API key in the header `x-api-key`"),
        Negotiation = new(Client, "`POST /api/negotiate`"),
        Session = new(Client, "| `sessionId` | `sessionId` |"),
        Instance = new(Client, "this process's id; how false resurrections are recognised"),
        Hint = new(Client, "hint: `true`, `false`, absent = infer"),
        Token = new(Client, "the token of the last ack"),
        LastSeq = new(Client, "that this process has handled in this session"),
        Attempt = new(Client, "which try this is since the session was attached last"),
        ConnectRefused = new(Client, "could not open the socket there"),
        VersionSaid = new(Client, "the version of the wire that the client speaks"),
        InHeaders = new(Client, "it would refuse a body that has them"),
        Redirect = new(Client, "The answer is a SignalR redirect"),
        Attachment = new(Client, "is the attachment; no first message is needed"),
        EngineBusy = new(Client, "`urn:lifecycle:problem:engine_busy` and `Retry-After`"),
        ServiceAway = new(Client, "A client comes when that is over and up to a second later, at random"),
        TokenRefused = new(Client, "negotiates again at once without the token, with the"),
        TokenOnce = new(Client, "good for"),
        RetryAfter = new(Waiting, "it comes back when that is over, and not before"),

        // Acks.
        KeepsSocket = new(Waiting, "**keeps its socket** when that is over"),
        AsksAgain = new(Waiting, "says the number of the one that it belongs to"),
        GivesUp = new(Waiting, "closes the socket and tries anew, with backoff"),
        LateAck = new(Waiting, "attaches whenever the ack comes"),
        NewestAck = new(Targets, "The newest ack counts"),
        InitWanted = new(Targets, "The app invokes `init` at once"),
        TriedLater = new(Methods, "it failed on our side and may be tried again"),
        Init = new(Methods, "says whether the app is fresh; an `ack` follows"),

        // Coming back.
        ComesBack = new(Back, "comes back through negotiate"),
        OneConnection = new(Back, "An access token opens one connection"),
        InWindow = new(Back, "makes its first try within the grace window"),
        Spread = new(Back, "do not come in one instant"),
        Spaced = new(Back, "Later waits are random too, growing, and at most 30 s"),
        EveryClose = new(Back, "comes back after every close that is not final"),
        FinalAnswers = new(Back, "if it is a problem of Lifecycle's"),
        TriedAgain = new(Back, "one that is none of Lifecycle's, it tries again"),
        Pings = new(Back, "whoever hears nothing for 30 s has no connection any more"),
        Tolerant = new(Back, "passes over fields, targets and types of hub messages that it does not know"),
        FinalClose = new(Targets, "does not reconnect"),
        NotStarted = new(Targets, "waits for the webhook"),
        StaleToken = new(Targets, "reconnects at once, without the token"),
        StaleConnect = new(Targets, "reconnects, as after any loss"),
        Stop = new(Targets, "shut this session down; the connection is closed next"),
        Superseded = new(Targets, "another connection took over; do not reconnect"),

        // Streams and messages.
        SetShape = new(Methods, "array of stream names, version (integer) that it replaces"),
        StreamNames = new(Methods, "Stream names are 1 to 128 characters"),
        SetKept = new(Targets, "The app keeps them by doing nothing, or replaces them with"),
        SetVersion = new(Targets, "`setSubscriptions`, naming `subscriptionsVersion`"),
        Release = new(Methods, "goodbye: when the socket closes, do not resurrect"),
        InOrder = new(Targets, "messages behind this number come on this connection, in order"),
        Once = new(Targets, "Whoever drops a `message` whose `seq` is not higher than the last one handled sees each once"),
        GoesOn = new(Targets, "An app that was resumed goes on from its own last number if that is"),
        AnyBody = new(Targets, "{ seq: int, body: any"),
        Publishers = new(Second, "publishers send the SignalR message they like"),
        Prompt = new(Targets, "somebody waits until it is handled, say `done` at once"),
        TellNow = new(Targets, "say `done` now, with what is handled so far, whether or not that is news"),
        Move = new(Targets, "after that wait attach anew"),
        MoveOrder = new(Targets, "after the ack there, and for another installation a `release` here, close this connection"),

        // Version 2.
        DoneShape = new(Methods, "the handlers of all messages up to `seq` have returned"),
        DoneRhythm = new(Second, "At most one a second, as a rule 2.5 s after the first message that is not told"),
        DoneCumulative = new(Second, "is cumulative: handlers run in order"),
        DoneNext = new(Second, "connection is told over the next"),
        OldServer = new(Second, "a client says neither `done` nor `handOver`"),
        HandOver = new(Second, "Lifecycle sends a `handover_request`"),
        HandOverAgain = new(Second, "Said again after each attach for as long as the process leaves"),
        HandOverLimit = new(Second, "It costs at most `handOverMs`"),
        HandOverDone = new(Second, "before `handOver`, before a drain, and with `last`"),
        HandedOver = new(Targets, "end the handler that runs, begin no other, say `done` with `last`, close"),
        TakeOver = new(Client, "the token of a webhook by which this process takes over, until its first ack"),
        TakeOverRefused = new(Second, "negotiate again at once without it");
}
