namespace Lifecycle;

/// <summary>Every reason that transitions, refusals and ignored events carry, in logs, events and close messages.</summary>
public static class Reasons
{
    /// <summary>The platform asked for a start.</summary>
    public const string StartRequested = "start_requested";

    /// <summary>The process that was attached last lives.</summary>
    public const string SignOfLife = "sign_of_life";

    /// <summary>The process that was attached last is coming back to its sessions.</summary>
    public const string ProcessSeen = "process_seen";

    /// <summary>The sign of life is of a process that was not attached last.</summary>
    public const string StaleSign = "stale_sign";

    /// <summary>The app lives and cannot attach, for longer than the alive limit.</summary>
    public const string AliveUnattached = "alive_unattached";

    /// <summary>No client can open a socket at the SignalR service.</summary>
    public const string ServiceAway = "service_away";

    /// <summary>Clients can open sockets again: everybody has a whole grace window from then.</summary>
    public const string ServiceBack = "service_back";

    /// <summary>A timer or a step came so late that this system was away: everybody has a whole grace window from then.</summary>
    public const string PlatformAway = "platform_away";

    /// <summary>The app answered a webhook with the process that holds the session.</summary>
    public const string HeldByApp = "held_by_app";

    /// <summary>The platform deleted the user session.</summary>
    public const string SessionDeleted = "session_deleted";

    /// <summary>The app was lost soon after it had attached, more than once in a row: its restart waits.</summary>
    public const string CrashLoop = "crash_loop";

    /// <summary>A process of an app that had been in a crash loop is attached for so long that it counts as well.</summary>
    public const string Stable = "stable";

    /// <summary>The platform asked for a start that cannot begin yet: it is remembered, and carried out.</summary>
    public const string StartRemembered = "start_remembered";

    /// <summary>The platform asked to try an evicted session again.</summary>
    public const string ReviveRequested = "revive_requested";

    /// <summary>The platform asked for a stop.</summary>
    public const string StopRequested = "stop_requested";

    /// <summary>The first attach, or one that starts clean.</summary>
    public const string Connect = "connect";

    /// <summary>The app came back within the grace window; its state was kept.</summary>
    public const string Reconnect = "reconnect";

    /// <summary>The same process came back after the grace window and within the retention window.</summary>
    public const string LateReconnect = "late_reconnect";

    /// <summary>A newer connection of the same app took the place of the old one.</summary>
    public const string Takeover = "takeover";

    /// <summary>Another process that was asked to took over, with the session's state.</summary>
    public const string TakenOver = "taken_over";

    /// <summary>The app process leaves: another one is asked to take over.</summary>
    public const string HandOverAsked = "hand_over";

    /// <summary>Nobody took over in time from a process that leaves.</summary>
    public const string HandOverFailed = "hand_over_failed";

    /// <summary>The process that was asked to take over is itself about to leave: another one is asked.</summary>
    public const string AnsweredByLeaving = "answered_by_leaving";

    /// <summary>The process before has finished, or is gone: what it did not finish is its successor's.</summary>
    public const string PredecessorDone = "predecessor_done";

    /// <summary>The app told what it has handled.</summary>
    public const string MessagesHandled = "messages_handled";

    /// <summary>What was handled was told by a process that no longer has the session.</summary>
    public const string StaleDone = "stale_done";

    /// <summary>A handler of the app threw, as it says.</summary>
    public const string HandlerFailed = "handler_failed";

    /// <summary>The app has messages, and goes on.</summary>
    public const string AppKeepsUp = "app_keeps_up";

    /// <summary>The app has had a message for too long without finishing any, while its socket lives.</summary>
    public const string Deaf = "deaf";

    /// <summary>The service knew a connection whose connected event was lost.</summary>
    public const string Adopted = "adopted";

    /// <summary>The app said by init that it has no state.</summary>
    public const string DeclaredFresh = "declared_fresh";

    /// <summary>The attachment was closed.</summary>
    public const string SocketLost = "socket_lost";

    /// <summary>The app did not come back within the grace window.</summary>
    public const string GraceExpired = "grace_expired";

    /// <summary>The service does not know the attachment's connection any more.</summary>
    public const string ConnectionMissing = "connection_missing";

    /// <summary>The reconnect token was used already, or is of an earlier attach.</summary>
    public const string StaleToken = "stale_token";

    /// <summary>A message was sent to the attachment.</summary>
    public const string MessageSent = "message_sent";

    /// <summary>A message is kept until the app is back.</summary>
    public const string MessageBuffered = "message_buffered";

    /// <summary>There is no room for more messages.</summary>
    public const string BufferFull = "buffer_full";

    /// <summary>A message, or group memberships, were refused for what they are, again and again: they are set aside.</summary>
    public const string Undeliverable = "undeliverable";

    /// <summary>Messages or group memberships could not reach the service; they are tried again.</summary>
    public const string ServiceFailed = "service_failed";

    /// <summary>What could not reach the service was tried again.</summary>
    public const string Mended = "mended";

    /// <summary>Group memberships were joined again before they end.</summary>
    public const string GroupsRenewed = "groups_renewed";

    /// <summary>What was asked of the service is of another epoch.</summary>
    public const string StaleLook = "stale_look";

    /// <summary>The app had said goodbye.</summary>
    public const string AppReleased = "app_released";

    /// <summary>The user session is away.</summary>
    public const string UserAway = "user_away";

    /// <summary>The user is back.</summary>
    public const string UserBack = "user_back";

    /// <summary>A timer came before its deadline and was armed again.</summary>
    public const string TimerEarly = "timer_early";

    /// <summary>A webhook is due, and the app's gate is asked for it.</summary>
    public const string AttemptDue = "attempt_due";

    /// <summary>The app's gate called a session that waited.</summary>
    public const string CalledUp = "called_up";

    /// <summary>A start was asked for while its run waited: it waits no longer.</summary>
    public const string Woken = "woken";

    /// <summary>The policy no longer wants resurrections.</summary>
    public const string ResurrectionOff = "resurrection_off";

    /// <summary>The last look could not be taken again and again: the webhook goes out without one.</summary>
    public const string NotLooked = "not_looked";

    /// <summary>A question to the gate came twice and got two places in line: the second one is given back.</summary>
    public const string SecondPlace = "second_place";

    /// <summary>The durable engine is so far behind that no app can attach: the webhook waits.</summary>
    public const string EngineBusy = "engine_busy";

    /// <summary>The app is being looked for, or others go first: wait and ask again.</summary>
    public const string AppAwaited = "app_awaited";

    /// <summary>A step of the run could not be done; it is tried again.</summary>
    public const string StepFailed = "step_failed";

    /// <summary>A webhook is about to be sent.</summary>
    public const string AttemptBegins = "attempt_begins";

    /// <summary>A webhook failed and looks as if the app is coming back.</summary>
    public const string AttemptFailed = "attempt_failed";

    /// <summary>The app accepted the webhook and is awaited.</summary>
    public const string WebhookAccepted = "webhook_accepted";

    /// <summary>The app accepted the webhook and did not attach within the connect timeout.</summary>
    public const string NotAttachedInTime = "not_attached_in_time";

    /// <summary>The run tried for as long as the policy allows.</summary>
    public const string HorizonOver = "horizon_over";

    /// <summary>The app is gone, confirmed.</summary>
    public const string AppGone = "app_gone";

    /// <summary>The app is no longer registered: there is nobody to ask.</summary>
    public const string AppNotRegistered = "app_not_registered";

    /// <summary>The app has been unreachable for longer than the horizon, and it is not yet time to look for it again.</summary>
    public const string AppUnreachable = "app_unreachable";

    /// <summary>The app will never accept this webhook.</summary>
    public const string WebhookRejected = "webhook_rejected";

    /// <summary>The stopping app closed its socket.</summary>
    public const string AppClosed = "app_closed";

    /// <summary>The stopping app did not close its socket in time.</summary>
    public const string StopTimeout = "stop_timeout";

    /// <summary>Something is left to do at the service: the stopped session is forgotten when that is done, or given up.</summary>
    public const string ChoresLeft = "chores_left";

    /// <summary>It was carried over from another installation.</summary>
    public const string CarriedOver = "carried_over";

    /// <summary>It is here already, and what is carried over is no newer.</summary>
    public const string AlreadyHere = "already_here";

    /// <summary>It is here already, and its app is attached.</summary>
    public const string AttachedHere = "attached_here";

    /// <summary>The time that apps had to move here from another installation is over.</summary>
    public const string MoveOver = "move_over";

    /// <summary>It was carried over, and its app has not moved here yet.</summary>
    public const string NotHereYet = "not_here_yet";

    /// <summary>The stopped session is forgotten.</summary>
    public const string RetentionOver = "retention_over";

    /// <summary>The app replaced its subscriptions.</summary>
    public const string SubscriptionsChanged = "subscriptions_changed";

    /// <summary>The update names a version that is not in force.</summary>
    public const string VersionConflict = "version_conflict";

    /// <summary>The connection is not the attachment.</summary>
    public const string NotAttached = "not_attached";

    /// <summary>Nobody started this app in this session.</summary>
    public const string NotStarted = "not_started";

    /// <summary>Another connection is newer.</summary>
    public const string Superseded = "superseded";

    /// <summary>The session was stopped.</summary>
    public const string Stopped = "stopped";

    /// <summary>It is on its way already.</summary>
    public const string AlreadyStarting = "already_starting";

    /// <summary>It is attached, or within its grace window.</summary>
    public const string AlreadyRunning = "already_running";

    /// <summary>There is nothing to stop.</summary>
    public const string AlreadyStopped = "already_stopped";

    /// <summary>Only an evicted session can be revived.</summary>
    public const string NotEvicted = "not_evicted";

    /// <summary>The event makes no difference in this state.</summary>
    public const string Nothing = "nothing_to_do";

    /// <summary>The closed connection is not the attachment.</summary>
    public const string StaleDisconnect = "stale_disconnect";

    /// <summary>The connection is known to be closed.</summary>
    public const string StaleConnect = "stale_connect";

    /// <summary>The timer is of another epoch.</summary>
    public const string StaleTimer = "stale_timer";

    /// <summary>The run has ended in the meantime, as runs do when the app attaches; its orchestration learns it by asking.</summary>
    public const string RunOver = "run_over";

    /// <summary>The run is not the current one.</summary>
    public const string StaleRun = "stale_run";

    /// <summary>The orchestration of the run was gone: it is started again.</summary>
    public const string RunMissing = "run_missing";

    /// <summary>The event was seen before.</summary>
    public const string Duplicate = "stale_duplicate";
}
