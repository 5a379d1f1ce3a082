using System.Text.Json;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>Payloads as the official data converter writes them: System.Text.Json with its defaults, fields included.</summary>
static class EmbeddedJson
{
    static readonly JsonSerializerOptions options = new() { IncludeFields = true };

    public static string? Write(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType(), options);

    public static object? Read(string? json, Type type) => json is null ? null : JsonSerializer.Deserialize(json, type, options);

    public static T? Read<T>(string? json) => json is null ? default : JsonSerializer.Deserialize<T>(json, options);

    public static TaskFailureDetails FailureOf(FailureInfo failure) => new(
        failure.Type, failure.Message, failure.StackTrace, failure.Inner is { } inner ? FailureOf(inner) : null, null);

    public static FailureInfo FailureOf(TaskFailureDetails details) => new(
        details.ErrorType, details.ErrorMessage, details.StackTrace, details.InnerFailure is { } inner ? FailureOf(inner) : null);
}
