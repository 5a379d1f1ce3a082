namespace Lifecycle;

/// <summary>Events in words.</summary>
static class EventText
{
    /// <summary>What happened.</summary>
    public static string Of(SessionEvent @event) => @event switch
    {
        StartRequested start => start.Foreground ? "a start was asked for, in the foreground" : "a start was asked for",
        ReviveRequested => "a revival was asked for",
        StopRequested stop => $"a stop was asked for ({stop.Reason})",
        UserWentAway => "the user went away",
        UserCameBack => "the user came back",
        Connected connected => $"connection {connected.ConnectionId} of process {connected.InstanceId ?? "(unnamed)"} was opened{TokenOf(connected)}{TryOf(connected)}",
        Disconnected closed => $"connection {closed.ConnectionId} was closed{(closed.Error is { Length: > 0 } error ? $" ({error})" : "")}",
        Initialized init => $"init over {init.ConnectionId}{(init.Reconnect is { } hint ? $", reconnect {(hint ? "true" : "false")}" : "")}",
        Released => "the app said goodbye",
        HandOverAsked => "the process leaves and asks for a successor",
        SignOfLife sign => $"a sign of life of process {sign.InstanceId ?? "(unnamed)"}",
        ServiceBack => "clients can open sockets at the SignalR service again",
        ConnectionMissing => "the SignalR service does not know the connection",
        ConnectionFound => "the SignalR service knows a connection",
        TimerFired timer => $"the {timer.Kind.ToString().ToLowerInvariant()} timer fired{SightOf(timer.Sight)}{SeenOf(timer)}",
        AttemptDue due => $"the run's next step is due{SightOf(due.Sight)}",
        AttemptAdmitted admitted => OfAdmission(admitted.Admission),
        AttemptSent sent => $"webhook {sent.Attempt} was sent: {sent.Result.Detail}{(sent.Result.HeldBy is { } holder ? $", held by {holder}" : "")}",
        AttemptFound => "right before the webhook a connection was found",
        AttemptUnlooked { Busy: true } => "the durable engine is too far behind for a webhook",
        AttemptUnlooked { Late: true } => "the webhook's turn came so late that this system was away",
        AttemptUnlooked unlooked => $"right before the webhook it could not be looked for a connection{SightOf(unlooked.Sight)}",
        AttemptStalled stalled => $"step {stalled.Step} of the run could not be done",
        CalledUp => "the app's gate called: it is this session's turn to ask",
        RunMissing => "the run's orchestration was not heard of for long",
        CarriedOver => "it was carried over from another installation",
        MessagePosted => "a message was posted",
        MessagesDone done => $"the app has handled messages up to {done.Seq}",
        _ => @event.GetType().Name,
    };

    /// <summary>When it was due, or said; null where there is no such time.</summary>
    public static DateTimeOffset? DueOf(SessionEvent @event) => @event switch
    {
        TimerFired timer => timer.DueAt,
        CalledUp called => called.DueAt,
        StartRequested start => start.AskedAt,
        SignOfLife sign => sign.At,
        ServiceBack back => back.BackAt,
        AttemptAdmitted { Admission: { Kind: AdmissionKind.Go } go } => go.At,
        _ => null,
    };

    static string TokenOf(Connected connected) => connected switch
    {
        { TakeOver: not null } => ", by invitation",
        { TokenEpoch: { } epoch } => $", with a token of epoch {epoch}",
        { Reconnect: { } hint } => $", reconnect {(hint ? "true" : "false")}",
        _ => "",
    };

    static string TryOf(Connected connected) => (connected.Attempt, connected.ConnectRefused) switch
    {
        ({ } tried and > 1, true) => $", at try {tried}, after a refused one",
        ({ } tried and > 1, false) => $", at try {tried}",
        (_, true) => ", after a refused try",
        _ => "",
    };

    static string SightOf(ServiceSight? sight) => sight?.Open switch
    {
        true => ", and clients can open sockets",
        false => ", and no client can open a socket",
        _ => "",
    };

    static string SeenOf(TimerFired timer) => timer.SeenAt is { } at ? $", and its process asked to come back to a session at {EffectText.Time(at)}" : "";

    static string OfAdmission(Admission admission) => admission.Kind switch
    {
        AdmissionKind.Go => admission.Probe ? "the app's gate lets its webhook go, as the probe" : "the app's gate lets its webhook go",
        AdmissionKind.Refuse => $"the app's gate refuses ({admission.Reason})",
        _ when admission.Moving => "the app's gate lets it wait for its turn",
        _ when admission.Loop => "the app's gate lets it wait, for the app is in a crash loop",
        _ when admission.Away => "the app's gate lets it wait, for no client can open a socket",
        _ => "the app's gate lets it wait for the app",
    };
}
