using Microsoft.AspNetCore.Http;

namespace Lifecycle.Functions.Http;

/// <summary>What is told of an error: problem details (RFC 9457), as <c>application/problem+json</c>.</summary>
/// <param name="Type"><c>urn:lifecycle:problem:</c> and a stable code.</param>
/// <param name="Title">The kind of error, the same for every one of its status.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong, for people.</param>
/// <param name="Errors">What is wrong, by field; null when it is not about fields.</param>
/// <param name="State">The app session's state that stands against it; null when it is not about one.</param>
/// <param name="EngineLagMs">How far the durable engine is behind; null when it is not about that, or not known.</param>
sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    IReadOnlyDictionary<string, string>? Errors = null,
    AppState? State = null,
    long? EngineLagMs = null)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The problem that bad input is.</summary>
    public static Problem Of(InputException e) => new(
        TypeOf(e.Code), TitleOf(e.Status), e.Status, e.Message, e.Errors is { Count: > 0 } ? e.Errors : null, e.State, (long?)e.EngineLag?.TotalMilliseconds);

    /// <summary>The problem that a failure of ours is. It says nothing of it: the log does.</summary>
    public static Problem Internal { get; } = new(TypeOf("internal"), "Internal error", StatusCodes.Status500InternalServerError, "The request failed; the log says why.");

    static string TypeOf(string code) => $"urn:lifecycle:problem:{code}";

    static string TitleOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "Unauthorized",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status405MethodNotAllowed => "Method not allowed",
        StatusCodes.Status409Conflict => "Conflict",
        StatusCodes.Status410Gone => "Gone",
        StatusCodes.Status413PayloadTooLarge => "Too large",
        StatusCodes.Status415UnsupportedMediaType => "Not JSON",
        StatusCodes.Status503ServiceUnavailable => "Not now",
        _ => "Invalid request",
    };
}
