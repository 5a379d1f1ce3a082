namespace Lifecycle.Local.SignalR;

/// <summary>Which connections to end, and how.</summary>
public sealed record DropOrder
{
    /// <summary>Only connections of this hub; null for all.</summary>
    public string? Hub { get; init; }

    /// <summary>Only connections of this user; null for all.</summary>
    public string? UserId { get; init; }

    /// <summary>How many, chosen by chance; null for all.</summary>
    public int? Count { get; init; }

    /// <summary>With a close message instead of without a word.</summary>
    public bool WithClose { get; init; }

    /// <summary>The error text of the close message.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the close message asks the client to reconnect.</summary>
    public bool AllowReconnect { get; init; } = true;
}
