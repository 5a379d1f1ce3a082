using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Protobuf;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>Failures between the engine and the worker.</summary>
static class Failures
{
    public static TaskFailureDetails Write(FailureInfo failure) => new()
    {
        ErrorType = failure.Type,
        ErrorMessage = failure.Message,
        StackTrace = failure.StackTrace,
        InnerFailure = failure.Inner is { } inner ? Write(inner) : null,
    };

    public static FailureInfo Read(TaskFailureDetails details) => new(
        details.ErrorType, details.ErrorMessage, details.StackTrace, details.InnerFailure is { } inner ? Read(inner) : null);
}
