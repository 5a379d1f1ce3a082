using System.Text.Json.Serialization;

namespace Lifecycle.Sdk.Negotiation;

/// <summary>What a negotiate call came to: a closed set.</summary>
abstract record NegotiateOutcome
{
    NegotiateOutcome() { }

    /// <summary>Connect there with that token.</summary>
    /// <param name="Url">Where.</param>
    /// <param name="AccessToken">With what.</param>
    /// <param name="AckWithin">How long the ack may take; null where the server does not say.</param>
    /// <param name="IsRelayed">For a relay connection: whether webhooks come over it, as the app is registered; null where the server does not say.</param>
    public sealed record Redirect(Uri Url, string AccessToken, TimeSpan? AckWithin = null, bool? IsRelayed = null) : NegotiateOutcome
    {
        /// <summary>Without the token, which opens the session to whoever reads it.</summary>
        public override string ToString() => $"Redirect to {Url.GetLeftPart(UriPartial.Path)}";
    }

    /// <summary>Not now; perhaps later, and perhaps without the token.</summary>
    public sealed record Retry(RefusedAttempt Refusal) : NegotiateOutcome;

    /// <summary>Never.</summary>
    public sealed record Refused(EndReason Reason) : NegotiateOutcome;
}

/// <summary>
/// What the negotiate call says: the body, in which absent fields are left out, and of the try what its headers say. A Lifecycle that knows nothing
/// of tries refuses a body that names them, and reads no such header.
/// </summary>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The package that attaches.</param>
/// <param name="InstanceId">This process.</param>
/// <param name="Reconnect">Whether it holds the session's state; null lets Lifecycle infer.</param>
/// <param name="ReconnectToken">The token of the last ack.</param>
/// <param name="LastSeq">The last message that was handled.</param>
/// <param name="Attempt">Which try this is since the last ack: 1 to <see cref="Sessions.TryCount.Most"/>.</param>
/// <param name="ConnectRefused">True when since then a try had an address and could not open the socket there.</param>
/// <param name="TakeOverToken">The token of the webhook that asks for a successor; a header as well, and for the same reason.</param>
/// <param name="Address">Base address of the Lifecycle that is asked; null: the configured one.</param>
sealed record NegotiateRequest(
    string SessionId, string PackageName, string InstanceId, bool? Reconnect, string? ReconnectToken, long? LastSeq = null,
    [property: JsonIgnore] int Attempt = 1, [property: JsonIgnore] bool ConnectRefused = false,
    [property: JsonIgnore] string? TakeOverToken = null, [property: JsonIgnore] Uri? Address = null)
{
    /// <summary>Without the tokens.</summary>
    public override string ToString() => $"{SessionId}:{PackageName} reconnect={Reconnect} attempt={Attempt}";
}
