using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>The gate's answer to a session that wants to send a webhook.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdmissionKind>))]
public enum AdmissionKind
{
    /// <summary>Malformed: nobody answers this.</summary>
    None = 0,

    /// <summary>Go at the slot's time.</summary>
    Go = 1,

    /// <summary>Wait, and ask again at the time.</summary>
    Wait = 2,

    /// <summary>Do not: the app is not to be had.</summary>
    Refuse = 3,
}

/// <summary>The gate's answer to one ask.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="At">When to go, or to ask again.</param>
/// <param name="Ticket">The place in the waiting line, to be shown at the next ask.</param>
/// <param name="Probe">Whether this attempt is the probe that everybody else waits for.</param>
/// <param name="Reason">Why not, from <see cref="Reasons"/>.</param>
/// <param name="Confirm">The gate wants to be told when the app attaches after this webhook: its 2xx alone is not believed.</param>
public sealed record Admission(
    AdmissionKind Kind, DateTimeOffset At, Ticket? Ticket = null, bool Probe = false, string? Reason = null, bool Confirm = false)
{
    /// <summary>Go at the time.</summary>
    public static Admission Go(DateTimeOffset at) => new(AdmissionKind.Go, at);

    /// <summary>Ask again at the time.</summary>
    public static Admission Wait(DateTimeOffset at, Ticket ticket) => new(AdmissionKind.Wait, at, ticket);

    /// <summary>Give up; a later start may try again at the time.</summary>
    public static Admission Refuse(DateTimeOffset retryAt, string reason) => new(AdmissionKind.Refuse, retryAt, Reason: reason);
}

/// <summary>Something that happened to an app, or was asked of it.</summary>
public abstract record AppEvent;

/// <summary>A session wants to send a webhook.</summary>
/// <param name="WebhookId">The webhook it wants to send: names the attempt, so that an ask that is repeated gets the same answer.</param>
/// <param name="Reason">Why it wants to.</param>
/// <param name="Foreground">Foreground sessions go first.</param>
/// <param name="LostAt">When it lost its socket; null for a start.</param>
/// <param name="Ticket">The place it was given before.</param>
/// <param name="InVain">Its last webhook, when that was accepted and the app did not attach in time.</param>
public sealed record AdmissionAsked(
    string WebhookId, RunReason Reason, bool Foreground, DateTimeOffset? LostAt, Ticket? Ticket = null, string? InVain = null) : AppEvent;

/// <summary>A webhook was answered, or was not.</summary>
/// <param name="WebhookId">Which.</param>
/// <param name="Result">What came of it.</param>
public sealed record OutcomeReported(string WebhookId, WebhookResult Result) : AppEvent;

/// <summary>The app attached after a webhook that was to be confirmed: it is up.</summary>
public sealed record AppAnswered : AppEvent;

/// <summary>
/// A session that waited for the app was attached without a webhook. Its process is alive; that its webhook can be reached is not said, and
/// the others may be about to come back by themselves, too: so nobody is admitted by this, but an open breaker looks again soon.
/// </summary>
/// <param name="WebhookId">The webhook that it was admitted for and that is not sent now; null when there is none.</param>
public sealed record AppAttached(string? WebhookId = null) : AppEvent;

/// <summary>A session of the app was given up.</summary>
/// <param name="Reason">Why, from <see cref="Reasons"/>.</param>
public sealed record SessionGivenUp(string Reason) : AppEvent;

/// <summary>Somebody knows or hopes that the app is well again: the next ask may probe at once, but for the least spacing.</summary>
public sealed record ProbeWanted : AppEvent;
