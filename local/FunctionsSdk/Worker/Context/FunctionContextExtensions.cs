using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The HTTP side of an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The request and response of an HTTP function, or null for another kind of trigger.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Items.TryGetValue(HostFunctionContext.HttpContextKey, out var value) ? value as HttpContext : null;
}
