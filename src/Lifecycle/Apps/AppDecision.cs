using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What the rules make of one event of an app.</summary>
/// <param name="Gate">The gate after it.</param>
/// <param name="Effects">What the shell does, in this order.</param>
/// <param name="Admission">The answer to an ask.</param>
public sealed record AppDecision(AppGate Gate, ImmutableArray<AppEffect> Effects, Admission? Admission = null)
{
    /// <summary>The answer to whoever asks the app's health URL; null to everybody else.</summary>
    public HealthOrder? Health { get; init; }

    /// <summary>Whether the event came too late and changed nothing.</summary>
    public bool IsStale { get; init; }
}

/// <summary>Something the app's shell has to do after a decision.</summary>
public abstract record AppEffect;

/// <summary>Durable: tell the owner that sessions of the app are given up, or that it is back.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Incident">The incident.</param>
public sealed record TellOwner(OwnerNoticeKind Kind, Incident Incident) : AppEffect;

/// <summary>Durable: call a session that waits, at the time or at once: it asks again then.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="RunId">Its run.</param>
/// <param name="At">When; null for at once.</param>
public sealed record CallUp(string SessionId, string RunId, DateTimeOffset? At = null) : AppEffect;

/// <summary>An incident was opened, or its breaker opened.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="Breaker">The breaker after it.</param>
public sealed record IncidentBegan(Incident Incident, Breaker Breaker) : AppEffect;

/// <summary>An incident ended.</summary>
/// <param name="Incident">The incident.</param>
public sealed record IncidentEnded(Incident Incident) : AppEffect;

/// <summary>The notices that an owner gets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OwnerNoticeKind>))]
public enum OwnerNoticeKind
{
    /// <summary>Malformed: no notice is of this kind.</summary>
    None = 0,

    /// <summary>Sessions are being given up.</summary>
    Unreachable = 1,

    /// <summary>The app answers again.</summary>
    Recovered = 2,

    /// <summary>The app lives and cannot attach: it negotiates again and again, for longer than the alive limit.</summary>
    AliveUnattached = 3,

    /// <summary>Sessions of the app attach and are lost again and again.</summary>
    CrashLoop = 4,

    /// <summary>A process of the app is attached and does not handle what is sent to it.</summary>
    Deaf = 5,
}
