using System.Text.Json.Serialization;

namespace Lifecycle.Simulator.Plans;

/// <summary>What can happen in a simulated world.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StrokeKind>))]
public enum StrokeKind
{
    /// <summary>Malformed: nothing happens by this name.</summary>
    None = 0,

    /// <summary>The platform starts the app in the session.</summary>
    Start,

    /// <summary>The platform stops it.</summary>
    Stop,

    /// <summary>An operator revives the session.</summary>
    Revive,

    /// <summary>The user goes away.</summary>
    Away,

    /// <summary>The user is back.</summary>
    Back,

    /// <summary>The platform posts a message.</summary>
    Post,

    /// <summary>The app changes its subscriptions; every third time to none.</summary>
    Subscribe,

    /// <summary>The app says goodbye and closes.</summary>
    Release,

    /// <summary>The socket drops. The client notices after <see cref="Stroke.Ms"/>, the service after <see cref="Stroke.OtherMs"/>.</summary>
    DropSocket,

    /// <summary>For a time no socket of the session gets through.</summary>
    Firewall,

    /// <summary>The next upstream event of the session is lost.</summary>
    LoseEvent,

    /// <summary>It comes late, so that others overtake it.</summary>
    DelayEvent,

    /// <summary>It comes twice, the second time that much later.</summary>
    DoubleEvent,

    /// <summary>The next operation on the session's entity comes late.</summary>
    DelayOperation,

    /// <summary>It is done twice, the second time that much later.</summary>
    DoubleOperation,

    /// <summary>The host dies in the next operation of the session, after its outside effects and before its state is saved; it is down for a time.</summary>
    CrashAtSave,

    /// <summary>The app's processes die and are up again after a time; their ingress answers <see cref="Stroke.Status"/> meanwhile, 0 for nobody.</summary>
    KillApp,

    /// <summary>For a time the app's process exits <see cref="Stroke.OtherMs"/> after each attach of a session, for that session.</summary>
    CrashLoop,

    /// <summary>All processes are replaced, one after the other; those that can hand their sessions over.</summary>
    Deploy,

    /// <summary>A process stands still for a time; the service closes its sockets after <see cref="Stroke.OtherMs"/>, and it goes on when it wakes up.</summary>
    Pause,

    /// <summary>Handlers of a process do not return any more, until it is replaced.</summary>
    Deaf,

    /// <summary>For a time the webhook answers <see cref="Stroke.Status"/> and does nothing; 1 for no answer in time.</summary>
    WebhookAnswers,

    /// <summary>For a time the webhook takes <see cref="Stroke.OtherMs"/> to answer.</summary>
    SlowWebhooks,

    /// <summary>The app is registered with another policy.</summary>
    SetPolicy,

    /// <summary>No client can open a socket for a time, and all sockets close. With a status, the service cannot be asked either.</summary>
    CloudOutage,

    /// <summary>The host dies and is back after a time.</summary>
    KillHost,

    /// <summary>The durable engine does nothing for a time.</summary>
    StallEngine,

    /// <summary>The host's clock is set by that much.</summary>
    ClockStep,

    /// <summary>For a time the host cannot reach the service as a client does, and clients can.</summary>
    BlindHost,
}
