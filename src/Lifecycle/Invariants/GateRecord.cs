using System.Text.Json;

namespace Lifecycle;

/// <summary>One decision of an app's gate with all that it was made upon.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="At">When it was made, UTC.</param>
/// <param name="EventName">The event's type name.</param>
/// <param name="Policy">The policy.</param>
/// <param name="HasHealthUrl">Whether the app was registered with a health URL.</param>
/// <param name="Fingerprint">Names the decision: gate, effects and answer.</param>
public sealed record GateRecord(string PackageName, DateTimeOffset At, string EventName, Policy Policy, bool HasHealthUrl, string Fingerprint)
{
    /// <summary>The gate before it; null when it was too large to be kept.</summary>
    public AppGate? Gate { get; init; }

    /// <summary>The event; null as <see cref="Gate"/>.</summary>
    public AppEvent? Event { get; init; }

    /// <summary>Whether the rules as they are now make exactly the same decision again; null when that cannot be tried.</summary>
    public bool? Replays => Gate is { } gate && Event is { } @event
        ? FingerprintOf(AppRules.Decide(PackageName, gate, @event, At, Policy, HasHealthUrl)) == Fingerprint
        : null;

    /// <summary>The record of a decision.</summary>
    /// <param name="packageName">The app.</param>
    /// <param name="before">The gate before it.</param>
    /// <param name="event">What happened.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="policy">The policy that it was decided under.</param>
    /// <param name="hasHealthUrl">Whether the app is registered with a health URL.</param>
    public static GateRecord Of(string packageName, AppGate before, AppEvent @event, AppDecision decision, DateTimeOffset now, Policy policy, bool hasHealthUrl) =>
        new(packageName, now, @event.GetType().Name, policy, hasHealthUrl, FingerprintOf(decision)) { Gate = before, Event = @event };

    static string FingerprintOf(AppDecision decision) => StableHash.Name(
        "", JsonSerializer.SerializeToUtf8Bytes(new { decision.Gate, Effects = decision.Effects.Select(effect => effect.ToString()), decision.Admission }, HistoryJson.Options))[..8];
}
