using System.Text.Json.Serialization;

namespace Lifecycle.Entities;

/// <summary>What the app-session entity stores.</summary>
public sealed record AppSessionDocument
{
    /// <summary>The rules' state. <see cref="AppState.None"/> when the session is forgotten and something is left in the outbox.</summary>
    public AppSession Session { get; init; } = AppSession.None;

    /// <summary>The app's policy as the last event that carried one told it; null for the fleet's default.</summary>
    public Policy? Policy { get; init; }

    /// <summary>What the world has not been told yet.</summary>
    public Outbox Outbox { get; init; } = Outbox.Empty;

    /// <summary>The last decisions on it, for whoever asks why.</summary>
    public History History { get; init => field = value ?? History.None; } = History.None;

    /// <summary>The app session; null when there is none. What readers must ask for.</summary>
    [JsonIgnore]
    public AppSession? Existing => Session.State == AppState.None ? null : Session;

    /// <summary>What is stored of it: nothing once the session is forgotten and everything is told.</summary>
    public AppSessionDocument? OrNothing() => Existing is null && Outbox.Records.IsEmpty ? null : this;
}
