using System.Reflection;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>What the application builder decided: handed to the host's services.</summary>
sealed record HostPlan(
    IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> Middleware,
    bool AspNetCore,
    IReadOnlyList<Assembly>? FunctionAssemblies,
    IReadOnlyList<Type>? FunctionTypes,
    bool ThrowStartProblems,
    IReadOnlyList<string> SettingsProblems);
