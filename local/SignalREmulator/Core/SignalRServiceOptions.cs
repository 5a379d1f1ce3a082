namespace Lifecycle.Local.SignalR;

/// <summary>How an emulated service behaves.</summary>
public sealed record SignalRServiceOptions
{
    /// <summary>The key of a service nobody gave one; for development only.</summary>
    public const string DevelopmentAccessKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH";

    /// <summary>Signs access tokens and upstream events.</summary>
    public string AccessKey { get; init; } = DevelopmentAccessKey;

    /// <summary>Where clients and apps reach the service; a server that listens replaces it by the real address.</summary>
    public Uri Endpoint { get; init; } = new("http://localhost:8888");

    /// <summary>How long a silent client is taken to be alive; 30 s by default.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an otherwise idle connection is pinged; 15 s by default.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>All time.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Who may call a server that listens; this machine alone by default.</summary>
    public AllowedCallers Callers { get; init; } = AllowedCallers.Loopback;

    /// <summary>Makes faults and virtual connection ids repeatable; null for different ones each time.</summary>
    public int? Seed { get; init; }
}
