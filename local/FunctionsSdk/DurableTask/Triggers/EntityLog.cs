using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>What the SDK logs of entities; numbers, names and texts are official.</summary>
static partial class EntityLog
{
    [LoggerMessage(15, LogLevel.Error, "Unhandled exception in entity operation {EntityInstanceId}/{OperationName}.")]
    public static partial void OperationError(ILogger logger, EntityInstanceId entityInstanceId, string operationName, Exception exception);
}
