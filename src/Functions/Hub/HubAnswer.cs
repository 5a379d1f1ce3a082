using System.Text.Json.Serialization;
using Lifecycle.Functions.Http;

namespace Lifecycle.Functions.Hub;

/// <summary>The result of a hub method: accepted, or a typed error. Accepted means that it will be acted upon, in order.</summary>
/// <param name="Ok">Whether the input was good.</param>
/// <param name="Error">What was wrong with it.</param>
public sealed record HubAnswer(
    [property: JsonPropertyName("ok")] bool Ok,
    [property: JsonPropertyName("error"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HubError? Error = null)
{
    /// <summary>Runs a hub method and turns bad input into its typed error.</summary>
    public static async Task<HubAnswer> From(Func<Task> method)
    {
        try
        {
            await method();
            return new HubAnswer(Ok: true);
        }
        catch (InputException e)
        {
            return new HubAnswer(Ok: false, new HubError(e.Code, e.Message));
        }
    }
}

/// <summary>A typed hub error.</summary>
/// <param name="Code">One of <c>invalid_argument</c>, <c>too_large</c>, <c>unauthorized</c>.</param>
/// <param name="Message">What is wrong, for people.</param>
public sealed record HubError(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message);
