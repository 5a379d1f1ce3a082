namespace Lifecycle.Entities;

/// <summary>What the app-session entity stores.</summary>
public sealed record AppSessionDocument
{
    /// <summary>The rules' state.</summary>
    public AppSession Session { get; init; } = AppSession.None;

    /// <summary>The app's policy as the last event that carried one told it; null for the fleet's default.</summary>
    public Policy? Policy { get; init; }
}
