namespace Lifecycle.Sdk.Negotiation;

/// <summary>What a negotiate call came to: a closed set.</summary>
abstract record NegotiateOutcome
{
    NegotiateOutcome() { }

    /// <summary>Connect there with that token.</summary>
    /// <param name="Url">Where.</param>
    /// <param name="AccessToken">With what.</param>
    /// <param name="AckWithin">How long the ack may take; null where the server does not say.</param>
    public sealed record Redirect(Uri Url, string AccessToken, TimeSpan? AckWithin = null) : NegotiateOutcome
    {
        /// <summary>Without the token, which opens the session to whoever reads it.</summary>
        public override string ToString() => $"Redirect to {Url.GetLeftPart(UriPartial.Path)}";
    }

    /// <summary>Not now; perhaps later, and perhaps without the token.</summary>
    public sealed record Retry(RefusedAttempt Refusal) : NegotiateOutcome;

    /// <summary>Never.</summary>
    public sealed record Refused(EndReason Reason) : NegotiateOutcome;
}

/// <summary>The body of the negotiate call; absent fields are left out.</summary>
sealed record NegotiateRequest(
    string SessionId, string PackageName, string InstanceId, bool? Reconnect, string? ReconnectToken, long? LastSeq = null)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{SessionId}:{PackageName} reconnect={Reconnect}";
}
