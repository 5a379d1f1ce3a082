using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Access to an invocation's result.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>The result of the invocation; assigning its value replaces it.</summary>
    public static InvocationResult GetInvocationResult(this FunctionContext context) => HostFunctionContext.Of(context).Result;
}
