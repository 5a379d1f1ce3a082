namespace Lifecycle.Functions.Engine;

/// <summary>The durable backend does not take what is to be stored.</summary>
public sealed class StorageUnwritableException(Exception cause) : Exception("The durable backend does not take what is to be stored.", cause);
