namespace Microsoft.DurableTask.Entities;

/// <summary>An operation that an orchestration called has thrown.</summary>
public sealed class EntityOperationFailedException : Exception
{
    /// <summary>Says which operation on which entity failed, and how.</summary>
    public EntityOperationFailedException(EntityInstanceId entityId, string operationName, TaskFailureDetails failureDetails)
        : base($"Operation '{operationName}' of entity '{entityId}' failed: {failureDetails.ErrorMessage}") =>
        (EntityId, OperationName, FailureDetails) = (entityId, operationName, failureDetails);

    /// <summary>The entity.</summary>
    public EntityInstanceId EntityId { get; }

    /// <summary>The operation.</summary>
    public string OperationName { get; }

    /// <summary>How it failed.</summary>
    public TaskFailureDetails FailureDetails { get; }
}
