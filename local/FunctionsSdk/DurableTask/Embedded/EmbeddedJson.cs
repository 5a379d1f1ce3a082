using System.Text.Json;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>Payloads and failures on their way between the SDK's values and the engine's texts.</summary>
static class EmbeddedJson
{
    /// <summary>As in the worker: its serializer takes the place of the default one, so case does not matter and fields do not count.</summary>
    public static readonly JsonDataConverter Converter = new(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });

    public static string? Write(object? value) => Converter.Serialize(value);

    public static object? Read(string? json, Type type) => Converter.Deserialize(json, type);

    public static T? Read<T>(string? json) => Converter.Deserialize<T>(json);

    public static TaskFailureDetails FailureOf(FailureInfo failure) => new(
        failure.Type, failure.Message, failure.StackTrace, failure.Inner is { } inner ? FailureOf(inner) : null, null);

    public static FailureInfo FailureOf(TaskFailureDetails details) => new(
        details.ErrorType, details.ErrorMessage, details.StackTrace, details.InnerFailure is { } inner ? FailureOf(inner) : null);
}
