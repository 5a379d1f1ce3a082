using System.Text.Json.Serialization;

namespace Lifecycle.Functions.Hub;

/// <summary>The result of a hub method: accepted, or a typed error. Accepted means that it will be acted upon, in order.</summary>
/// <param name="Ok">Whether the input was good.</param>
/// <param name="Error">What was wrong with it.</param>
public sealed record HubAnswer(
    [property: JsonPropertyName("ok")] bool Ok,
    [property: JsonPropertyName("error"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HubError? Error = null)
{
    /// <summary>The input was good.</summary>
    public static HubAnswer Accepted { get; } = new(Ok: true);

    /// <summary>A typed error.</summary>
    public static HubAnswer Refused(string code, string message) => new(Ok: false, new HubError(code, message));
}

/// <summary>A typed hub error.</summary>
/// <param name="Code">One of <c>invalid_argument</c>, <c>too_large</c>, <c>unauthorized</c>, <c>internal</c>.</param>
/// <param name="Message">What is wrong, for people.</param>
public sealed record HubError(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message);
