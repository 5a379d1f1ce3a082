using System.Text.Json;
using Lifecycle.Local.Durable;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>What orchestrations and entities send each other as events: the JSON of the Durable Task Framework's messages.</summary>
static class EntityMessages
{
    /// <summary>Events of this name, or one that begins with it and a time, are requests to entities.</summary>
    public const string RequestName = "op";

    /// <summary>A request that an orchestrator sends.</summary>
    public static EntityMessage Read(string data)
    {
        var message = JsonSerializer.Deserialize<JsonElement>(data);
        return new(
            message.GetProperty("id").GetString()!,
            message.GetProperty("op").GetString()!,
            message.TryGetProperty("input", out var input) ? input.GetString() : null,
            message.TryGetProperty("signal", out var signal) && signal.GetBoolean(),
            message.TryGetProperty("due", out var due) && due.ValueKind == JsonValueKind.String ? due.GetDateTimeOffset() : null);
    }

    /// <summary>The answer of an operation that succeeded.</summary>
    public static string Answer(string? result) => JsonSerializer.Serialize(new { result });

    /// <summary>The answer of one that failed. What is called the type is the text, here as there.</summary>
    public static string Failure(FailureInfo failure) =>
        JsonSerializer.Serialize(new { exceptionType = failure.Message, failureDetails = DetailsOf(failure) });

    static object DetailsOf(FailureInfo failure) => new
    {
        ErrorType = failure.Type,
        ErrorMessage = failure.Message,
        failure.StackTrace,
        InnerFailure = failure.Inner is { } inner ? DetailsOf(inner) : null,
        IsNonRetriable = false,
    };
}

/// <summary>A request to an entity.</summary>
/// <param name="Id">The name of the event that answers it.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Input">Its input as JSON.</param>
/// <param name="IsSignal">Whether nobody awaits an answer.</param>
/// <param name="DueAt">When it is due; null for at once.</param>
sealed record EntityMessage(string Id, string Operation, string? Input, bool IsSignal, DateTimeOffset? DueAt);
