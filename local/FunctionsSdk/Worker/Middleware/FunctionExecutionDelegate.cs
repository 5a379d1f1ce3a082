namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>The rest of the pipeline: the next middleware, or the function itself.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
