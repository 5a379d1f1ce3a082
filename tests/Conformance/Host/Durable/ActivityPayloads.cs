using System.Text.Json;
using Lifecycle.Conformance.Rpc;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>What goes to activities and comes from them, as the Durable extension of the Functions host passes it on.</summary>
static class ActivityPayloads
{
    /// <summary>Orchestrators put an activity's input into a list of one; the activity gets it without.</summary>
    public static string InputOf(string? asked)
    {
        var input = JsonSerializer.Deserialize<JsonElement>(asked ?? "null");
        return input is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 1 ? list[0].GetRawText() : input.GetRawText();
    }

    /// <summary>A result as JSON; null for none.</summary>
    public static string? OutputOf(TypedData? result) => result?.DataCase switch
    {
        TypedData.DataOneofCase.Json => result.Json,
        TypedData.DataOneofCase.String => JsonSerializer.Serialize(result.String),
        _ => null,
    };

    /// <summary>The failure of an activity; the worker tells its details as JSON.</summary>
    public static OperationFailedException FailureOf(string told)
    {
        try
        {
            var details = JsonSerializer.Deserialize<JsonElement>(told);
            return new OperationFailedException(details.GetProperty("errorType").GetString()!, details.GetProperty("errorMessage").GetString()!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new OperationFailedException(nameof(FunctionFailedException), told);
        }
    }
}
