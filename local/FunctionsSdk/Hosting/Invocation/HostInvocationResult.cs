using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

/// <summary>The result of one invocation.</summary>
sealed class HostInvocationResult : InvocationResult
{
    public override object? Value { get; set; }
}
