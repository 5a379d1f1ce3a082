namespace Lifecycle.Entities;

/// <summary>What was to be sent can never be, however often it is tried.</summary>
public sealed class UnsendableException(string message, Exception? cause = null) : Exception(message, cause);
