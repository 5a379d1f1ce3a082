namespace Lifecycle.Local.Durable;

/// <summary>A failure as it is stored and handed to the caller.</summary>
/// <param name="Type">The exception's type name.</param>
/// <param name="Message">Its message.</param>
/// <param name="StackTrace">Where it came from.</param>
/// <param name="Inner">What caused it.</param>
public sealed record FailureInfo(string Type, string Message, string? StackTrace = null, FailureInfo? Inner = null)
{
    /// <summary>The failure that an exception is.</summary>
    public static FailureInfo Of(Exception e) => new(
        e.GetType().FullName ?? e.GetType().Name, e.Message, e.StackTrace, e.InnerException is { } inner ? Of(inner) : null);

    /// <summary>The failure of a start with the id of an instance that has not ended, as the official runtime names it.</summary>
    public static FailureInfo IdIsTaken(string instanceId) => new(
        "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
        $"An orchestration with the instance id '{instanceId}' exists already and has not ended.");
}
