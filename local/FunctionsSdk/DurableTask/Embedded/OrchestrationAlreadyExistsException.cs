namespace DurableTask.Core.Exceptions;

/// <summary>A start with the id of an instance that has not ended. Of the name that the official client's exception has.</summary>
sealed class OrchestrationAlreadyExistsException(string message) : Exception(message);
