using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

/// <summary>Runs a function: the app's middleware, then binding and the method.</summary>
sealed class FunctionInvoker
{
    readonly FunctionExecutionDelegate _pipeline = ExecuteAsync;
    readonly IServiceScopeFactory _scopes;

    public FunctionInvoker(HostPlan plan, IServiceScopeFactory scopes)
    {
        _scopes = scopes;
        for (var i = plan.Middleware.Count - 1; i >= 0; i--)
            _pipeline = plan.Middleware[i](_pipeline);
    }

    /// <summary>Runs a function in a service scope of its own and returns its result.</summary>
    public async Task<object?> InvokeAsync(FunctionEntry entry, object? trigger, CancellationToken cancellation)
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await InvokeAsync(entry, trigger, scope.ServiceProvider, cancellation);
    }

    /// <summary>Runs a function with the given services and returns its result.</summary>
    public async Task<object?> InvokeAsync(FunctionEntry entry, object? trigger, IServiceProvider services, CancellationToken cancellation)
    {
        var context = new HostFunctionContext(entry, trigger, services, cancellation);
        await _pipeline(context);
        return context.Result.Value;
    }

    static async Task ExecuteAsync(FunctionContext context)
    {
        var own = HostFunctionContext.Of(context);
        own.Result.Value = await own.Entry.CallAsync(own);
    }
}
