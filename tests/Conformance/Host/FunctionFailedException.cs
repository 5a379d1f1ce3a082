using Lifecycle.Conformance.Rpc;

namespace Lifecycle.Conformance.Host;

/// <summary>A function threw in the worker; the message is that of its exception, as the worker tells it.</summary>
sealed class FunctionFailedException(string function, RpcException? cause)
    : Exception(cause?.Message is { Length: > 0 } message ? message : $"The function {function} failed.")
{
    /// <summary>The function that threw.</summary>
    public string Function => function;
}
