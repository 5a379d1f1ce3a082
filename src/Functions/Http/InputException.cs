using Microsoft.AspNetCore.Http;

namespace Lifecycle.Functions.Http;

/// <summary>
/// What a caller sent cannot be acted upon. Thrown by validation at the edge, before anything has changed; turned at one place into
/// problem+json (RFC 9457) over HTTP and into a typed error on the hub.
/// </summary>
public sealed class InputException : Exception
{
    InputException(int status, string code, string message, IReadOnlyDictionary<string, string>? errors = null)
        : base(message)
    {
        (Status, Code, Errors) = (status, code, errors ?? new Dictionary<string, string>());
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The stable code: the last part of the problem's type, and the hub error's code.</summary>
    public string Code { get; }

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; }

    /// <summary>How long the caller should wait before asking again.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The methods that would do.</summary>
    public IReadOnlyList<string> Allow { get; private init; } = [];

    /// <summary>The app session's state that stands against it.</summary>
    public AppState? State { get; private init; }

    /// <summary>How far the durable engine is behind, where that is asked for and known.</summary>
    public TimeSpan? EngineLag { get; private init; }

    /// <summary>503: parts of what this instance needs do not work.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="parts">What is wrong, a sentence for each part.</param>
    /// <param name="engineLag">How far the durable engine is behind; null when that is not known.</param>
    /// <param name="retryAfter">When to ask again.</param>
    public static InputException NotReady(string code, IReadOnlyDictionary<string, string> parts, TimeSpan? engineLag, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, code, string.Join(' ', parts.Values), parts) { EngineLag = engineLag, RetryAfter = retryAfter };

    /// <summary>503: it cannot be done now; it may be later.</summary>
    public static InputException NotNow(string code, string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, code, message) { RetryAfter = retryAfter };

    /// <summary>400: one field is wrong.</summary>
    public static InputException Invalid(string code, string field, string rule) =>
        Invalid(code, new Dictionary<string, string> { [field] = rule });

    /// <summary>400: fields are wrong.</summary>
    public static InputException Invalid(string code, IReadOnlyDictionary<string, string> errors) =>
        new(StatusCodes.Status400BadRequest, code, string.Join("; ", errors.Select(e => $"{e.Key} {e.Value}")) + ".", errors);

    /// <summary>401: what the caller showed is not good.</summary>
    public static InputException Unauthorized(string code, string message) => new(StatusCodes.Status401Unauthorized, code, message);

    /// <summary>409: it cannot be done in the state that things are in.</summary>
    public static InputException Conflict(string code, string message, AppState state) =>
        new(StatusCodes.Status409Conflict, code, message) { State = state };

    /// <summary>409: others were faster.</summary>
    public static InputException Conflict(string code, string message) => new(StatusCodes.Status409Conflict, code, message);

    /// <summary>401: the caller did not show who it is.</summary>
    public static InputException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, "unauthorized", message);

    /// <summary>404: there is no such thing.</summary>
    public static InputException NotFound(string code, string message) => new(StatusCodes.Status404NotFound, code, message);

    /// <summary>405: the call is there, with another method.</summary>
    public static InputException MethodNotAllowed(IReadOnlyList<string> verbs) =>
        new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"This is called with {string.Join(" or ", verbs)}.") { Allow = verbs };

    /// <summary>410: what the caller goes by is no more.</summary>
    public static InputException Gone(string code, string message) => new(StatusCodes.Status410Gone, code, message);

    /// <summary>413: too much.</summary>
    public static InputException TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, "too_large", message);

    /// <summary>415: not JSON.</summary>
    public static InputException NotJson(string message) => new(StatusCodes.Status415UnsupportedMediaType, "not_json", message);
}
