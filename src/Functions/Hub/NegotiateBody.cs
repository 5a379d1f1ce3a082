namespace Lifecycle.Functions.Hub;

/// <summary>The body of <c>negotiate</c>; all of it may come in query and headers instead.</summary>
sealed record NegotiateBody
{
    public string? SessionId { get; init; }

    public string? PackageName { get; init; }

    public string? InstanceId { get; init; }

    public bool? Reconnect { get; init; }

    public string? ReconnectToken { get; init; }

    public long? LastSeq { get; init; }

    public long? Attempt { get; init; }

    public bool? ConnectRefused { get; init; }

    public long? Version { get; init; }

    public string? TakeOverToken { get; init; }

    /// <summary>Says nothing of what it holds: it holds a token.</summary>
    public override string ToString() => nameof(NegotiateBody);
}
