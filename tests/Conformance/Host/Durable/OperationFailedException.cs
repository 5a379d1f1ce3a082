namespace Lifecycle.Conformance.Host.Durable;

/// <summary>An activity or an operation of an entity failed in the worker; type and message are those of its exception.</summary>
sealed class OperationFailedException(string type, string message) : Exception(message)
{
    /// <summary>As the exception itself begins.</summary>
    public override string ToString() => $"{type}: {Message}";
}
