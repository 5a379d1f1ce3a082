using System.Text.Json;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>
/// Payloads and failures on their way between the SDK's values and the engine's texts. As the Functions worker does it, whose serializer
/// the Durable extension puts in the place of the Durable Task one: names are read without case, and fields are left out.
/// </summary>
static class EmbeddedJson
{
    static readonly JsonDataConverter s_converter = new(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });

    public static string? Write(object? value) => s_converter.Serialize(value);

    public static object? Read(string? json, Type type) => s_converter.Deserialize(json, type);

    public static T? Read<T>(string? json) => s_converter.Deserialize<T>(json);

    public static TaskFailureDetails FailureOf(FailureInfo failure) => new(
        failure.Type, failure.Message, failure.StackTrace, failure.Inner is { } inner ? FailureOf(inner) : null, null);

    public static FailureInfo FailureOf(TaskFailureDetails details) => new(
        details.ErrorType, details.ErrorMessage, details.StackTrace, details.InnerFailure is { } inner ? FailureOf(inner) : null);
}
