using System.Collections.Immutable;
using B = Lifecycle.Blame;

namespace Lifecycle;

/// <summary>
/// Whose fault each reason is: the one place that says so. docs/blame.md is generated from it, and tests hold it to <see cref="Reasons"/>. A rule that
/// knows more than its reason tells (<see cref="Turn.Blaming"/>) is believed.
/// </summary>
public static class BlameTable
{
    /// <summary>Every row, one for each reason.</summary>
    public static ImmutableArray<BlameRow> Rows { get; } = [.. Loss(), .. Evidence(), .. Attaches(), .. Leaving(), .. Runs(), .. Platform(), .. App(), .. Service(), .. OfOurs()];

    static readonly ImmutableDictionary<string, BlameRow> byReason = Rows.ToImmutableDictionary(row => row.Reason, StringComparer.Ordinal);

    /// <summary>Whose fault something is; <see cref="Blame.Unknown"/> for a reason that has no row.</summary>
    /// <param name="reason">Its reason.</param>
    /// <param name="evidence">What the evidence of the loss says, if there is a loss.</param>
    public static Blame Of(string reason, Blame evidence) => byReason.TryGetValue(reason, out var row)
        ? row.ByEvidence && evidence != B.Unknown ? evidence : row.Blame
        : B.Unknown;

    /// <summary>Whose fault it is that an app's owner is told something. That an app is back ends what the last notice told of.</summary>
    /// <param name="kind">What the owner is told.</param>
    /// <param name="incident">Of which incident.</param>
    public static Blame Of(OwnerNoticeKind kind, Incident incident) => kind switch
    {
        OwnerNoticeKind.AliveUnattached => B.Network,
        OwnerNoticeKind.Recovered when incident is { OwnerToldAt: null, LoopToldAt: null, DeafToldAt: null, UnattachedToldAt: not null } => B.Network,
        _ => B.App,
    };

    static IEnumerable<BlameRow> Loss() =>
    [
        Is(Reasons.SocketLost, B.Unknown, "A closed socket looks the same whoever closed it. What is found out until the loss ends says more."),
        Is(Reasons.ConnectionMissing, B.SignalR, "The service did not tell that the connection had ended, at least not while this system was there to hear it."),
        Weighed(Reasons.GraceExpired, B.App, "For a whole grace window clients could open sockets, this system was here, and nothing was heard of the process. Beyond the alive limit the evidence says who held it back."),
        Is(Reasons.CrashLoop, B.App, "The app comes up when it is asked, and does not stay."),
    ];

    static IEnumerable<BlameRow> Evidence() =>
    [
        Weighed(Reasons.SignOfLife, B.Network, "The process lives and does not get through: the network, unless the service or this system was seen away in this loss."),
        Weighed(Reasons.ProcessSeen, B.Unknown, "The process lives, and comes back to its sessions one after the other. Who cut them all is not known by that."),
        Weighed(Reasons.HeldByApp, B.Network, "The process lives, as it says itself, and does not get through."),
        Weighed(Reasons.AliveUnattached, B.Network, "The process lives, and has not got through for longer than the alive limit."),
        Is(Reasons.ServiceAway, B.SignalR, "No client could open a socket."),
        Is(Reasons.ServiceBack, B.SignalR, "Everybody has a grace window because the service was away."),
        Is(Reasons.PlatformAway, B.Lifecycle, "A timer or a step of this system came late beyond doubt."),
    ];

    static IEnumerable<BlameRow> Attaches() =>
    [
        Weighed(Reasons.Connect, B.App, "After a loss: another process came, so the one before it was gone. The attach that a start asked for is the platform's."),
        Weighed(Reasons.Reconnect, B.Unknown, "The same process came back, so it was the way to it: the network, or the service if a socket was refused. Another process: the app. A client that says nothing of itself: not known."),
        Weighed(Reasons.LateReconnect, B.Unknown, "As with a reconnect: a process that comes back has lived."),
        Weighed(Reasons.Takeover, B.Unknown, "The same process on a new connection: the network lost the old one, and nobody has noticed yet. Another process: the app."),
        Is(Reasons.Adopted, B.Unknown, "The app was there, and the event of its connection was lost: by the service, or by a host that died with it. Where the service or this system was seen away in this loss, that is it."),
        Is(Reasons.DeclaredFresh, B.App, "The app says that it has no state."),
    ];

    static IEnumerable<BlameRow> Leaving() =>
    [
        Weighed(Reasons.TakenOver, B.App, "The app replaced its process, as it had asked for; or another process came in the place of one that is gone."),
        Is(Reasons.HandOverAsked, B.App, "The app process said that it leaves."),
        Is(Reasons.HandOverFailed, B.App, "No process of the app took over in time."),
        Is(Reasons.AnsweredByLeaving, B.App, "The webhook reached a process of the app that is about to leave."),
        Is(Reasons.PredecessorDone, B.App, "The process before said that it has finished, or was waited for long enough."),
        Is(Reasons.MessagesHandled, B.App, "The app tells what it has handled."),
        Is(Reasons.StaleDone, B.App, "A process that no longer has the session tells what it has handled."),
        Is(Reasons.HandlerFailed, B.App, "A handler of the app threw."),
        Is(Reasons.AppKeepsUp, B.App, "The app goes on, and nobody is blamed for that."),
        Is(Reasons.Deaf, B.App, "Its socket lives, and its handlers do not return, or it does not tell that they do."),
    ];

    static IEnumerable<BlameRow> Runs() =>
    [
        Weighed(Reasons.AttemptDue, B.Platform, "A run goes on; whose fault it is that there is one, the evidence says. A start is the platform's."),
        Weighed(Reasons.CalledUp, B.Platform, "As above."),
        Weighed(Reasons.AttemptBegins, B.Platform, "As above."),
        Weighed(Reasons.WebhookAccepted, B.Platform, "As above."),
        Weighed(Reasons.AppAwaited, B.App, "The app is away, or so weak that its sessions stand in line."),
        Is(Reasons.AttemptFailed, B.App, "The app's webhook did not take it. When this system could not send it: lifecycle."),
        Weighed(Reasons.NotAttachedInTime, B.App, "The app took the webhook and did not come, though nothing is known to stand in its way."),
        Weighed(Reasons.HorizonOver, B.App, "The app did not come for as long as the policy waits, though nothing is known to stand in its way."),
        Is(Reasons.AppGone, B.App, "The app says so."),
        Is(Reasons.WebhookRejected, B.App, "The app refuses its webhook for good."),
        Is(Reasons.AppUnreachable, B.App, "The app has been away for longer than the horizon."),
        Is(Reasons.AppNotRegistered, B.Platform, "The platform took the registration away."),
        Is(Reasons.NotLooked, B.SignalR, "The service could not be asked, again and again."),
        Is(Reasons.StepFailed, B.Lifecycle, "Something of this system failed. When the service could not be asked: signalr."),
        Is(Reasons.EngineBusy, B.Lifecycle, "The durable engine is too far behind."),
        Is(Reasons.RunMissing, B.Lifecycle, "The orchestration of the run was gone."),
        Is(Reasons.SecondPlace, B.Lifecycle, "The durable engine asked twice."),
        Is(Reasons.RunOver, B.Lifecycle, "The orchestration learns late that its run is over, as it is made to."),
        Is(Reasons.StaleRun, B.Lifecycle, "As above."),
    ];

    static IEnumerable<BlameRow> Platform() =>
    [
        Is(Reasons.StartRequested, B.Platform, "The platform asked for it."),
        Is(Reasons.StartRemembered, B.Platform, "The platform asked for it."),
        Is(Reasons.ReviveRequested, B.Platform, "An operator asked for it."),
        Is(Reasons.Woken, B.Platform, "The platform asked for it."),
        Is(Reasons.StopRequested, B.Platform, "The platform asked for it."),
        Is(Reasons.Stopped, B.Platform, "The platform stopped the session."),
        Is(Reasons.SessionDeleted, B.Platform, "The platform asked for it."),
        Is(Reasons.RetentionOver, B.Platform, "The stop that the platform asked for is complete."),
        Is(Reasons.AppClosed, B.Platform, "The app closed its socket because the platform stopped it."),
        Is(Reasons.CarriedOver, B.Platform, "An operator carried it over from another installation."),
        Is(Reasons.AlreadyHere, B.Platform, "An operator carried over what is here."),
        Is(Reasons.AttachedHere, B.Platform, "An operator carried over what is here."),
        Is(Reasons.MoveOver, B.Platform, "The time is over that an operator gave apps to move here."),
        Is(Reasons.NotHereYet, B.Platform, "The platform posted to the installation that the app has not moved to yet."),
        Is(Reasons.UserAway, B.Platform, "The platform said so."),
        Is(Reasons.UserBack, B.Platform, "The platform said so."),
        Is(Reasons.ResurrectionOff, B.Platform, "The policy says so."),
        Is(Reasons.MessageSent, B.Platform, "The platform posted it."),
        Is(Reasons.MessageBuffered, B.Platform, "The platform posted it."),
        Is(Reasons.BufferFull, B.Platform, "The platform posted more than the policy keeps. A message that was lost because the service did not take it: signalr."),
        Is(Reasons.AlreadyStarting, B.Platform, "The platform asked again."),
        Is(Reasons.AlreadyRunning, B.Platform, "The platform asked again."),
        Is(Reasons.AlreadyStopped, B.Platform, "The platform asked again."),
        Is(Reasons.NotEvicted, B.Platform, "An operator revived what was not given up."),
    ];

    static IEnumerable<BlameRow> App() =>
    [
        Is(Reasons.Stable, B.App, "The app stays up."),
        Is(Reasons.AppReleased, B.App, "The app said goodbye."),
        Is(Reasons.StopTimeout, B.App, "The app was told to stop and did not close its socket."),
        Is(Reasons.SubscriptionsChanged, B.App, "The app asked for it."),
        Is(Reasons.VersionConflict, B.App, "The app replaced a set that is not in force."),
        Is(Reasons.NotAttached, B.App, "The app called over a connection that is not the attachment. A message for an app that is not attached: whose fault that is, or the platform's when nobody is to be attached."),
        Is(Reasons.NotStarted, B.App, "The app came where nobody started it."),
        Is(Reasons.Superseded, B.App, "A newer connection, or another process of the app, has the session."),
        Is(Reasons.StaleToken, B.App, "The app showed a token that was used already."),
        Is(Reasons.StaleSign, B.App, "A process of the app that was replaced still tries."),
    ];

    static IEnumerable<BlameRow> Service() =>
    [
        Is(Reasons.ServiceFailed, B.SignalR, "The service did not take it."),
        Is(Reasons.Undeliverable, B.SignalR, "The service refuses it, or fails for half an hour. A message that is refused for what it is: the platform, which posted it."),
        Is(Reasons.Mended, B.SignalR, "What the service did not take was tried again."),
        Is(Reasons.ChoresLeft, B.SignalR, "What the service did not take is still to be done."),
        Is(Reasons.StaleConnect, B.SignalR, "The service told it late."),
        Is(Reasons.StaleDisconnect, B.SignalR, "The service told it late, or twice."),
    ];

    static IEnumerable<BlameRow> OfOurs() =>
    [
        Is(Reasons.GroupsRenewed, B.Lifecycle, "This system joins them again, before they end."),
        Is(Reasons.TimerEarly, B.Lifecycle, "Durable timers are hints."),
        Is(Reasons.StaleTimer, B.Lifecycle, "Durable timers are hints."),
        Is(Reasons.StaleLook, B.Lifecycle, "This system asked, and the answer came when it did not matter any more."),
        Is(Reasons.Duplicate, B.Unknown, "Whoever says something may say it twice; it makes no difference, and nobody is blamed."),
        Is(Reasons.Nothing, B.Unknown, "It makes no difference, and nobody is blamed."),
    ];

    static BlameRow Is(string reason, Blame blame, string why) => new(reason, blame, ByEvidence: false, why);

    static BlameRow Weighed(string reason, Blame otherwise, string why) => new(reason, otherwise, ByEvidence: true, why);
}
