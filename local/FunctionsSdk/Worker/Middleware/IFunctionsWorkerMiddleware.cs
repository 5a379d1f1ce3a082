namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Code that runs around every function invocation.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>Runs one invocation: calls <paramref name="next"/>, or does not and so skips the function.</summary>
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
