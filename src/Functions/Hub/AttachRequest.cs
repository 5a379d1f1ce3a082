namespace Lifecycle.Functions.Hub;

/// <summary>What an app server asks for at <c>negotiate</c>, validated.</summary>
/// <param name="Id">The app session it wants to attach to.</param>
/// <param name="InstanceId">The app process, as it calls itself.</param>
/// <param name="Reconnect">The hint: true, false (the app is fresh), or null to infer.</param>
/// <param name="Token">The reconnect token, not checked yet.</param>
/// <param name="LastSeq">The last message that it handled, as it says.</param>
public sealed record AttachRequest(AppSessionId Id, string? InstanceId, bool? Reconnect, string? Token = null, long? LastSeq = null)
{
    /// <summary>Which try it is since it was attached last, from 1; null when it does not say.</summary>
    public int? Attempt { get; init; }

    /// <summary>An earlier try got an address and could not open a socket there.</summary>
    public bool ConnectRefused { get; init; }

    /// <summary>The version of the wire that the client speaks; 0 when it does not say.</summary>
    public int Version { get; init; }

    /// <summary>The take-over token, not checked yet.</summary>
    public string? TakeOverToken { get; init; }

    /// <summary>The invitation in a take-over token that was checked and is genuine.</summary>
    public string? TakeOver { get; init; }

    /// <summary>The epoch of a token that was checked and is genuine.</summary>
    public long? TokenEpoch { get; init; }

    /// <summary>The correlation id in that token; null when it says none.</summary>
    public string? TokenLife { get; init; }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Id} of {InstanceId}, reconnect {Reconnect}";
}
