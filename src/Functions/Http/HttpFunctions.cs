using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Http;

/// <summary>Finds the HTTP functions of an assembly.</summary>
static class HttpFunctions
{
    /// <summary>Those that are calls of the API: each has a verb. The one that answers everything else has none.</summary>
    public static IEnumerable<(MethodInfo Method, string Function, HttpTriggerAttribute Trigger)> CallsOf(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(found => found is not null)
        where function is not null && trigger is { Methods.Length: > 0 }
        select (method, function.Name, trigger);
}
