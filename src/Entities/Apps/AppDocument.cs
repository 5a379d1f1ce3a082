namespace Lifecycle.Entities;

/// <summary>What the app entity stores.</summary>
public sealed record AppDocument
{
    /// <summary>The app as it was registered; null once it was forgotten.</summary>
    public AppRegistration? Registration { get; init; }

    /// <summary>Breaker, pacer and incident.</summary>
    public AppGate Gate { get; init; } = AppGate.New;
}
