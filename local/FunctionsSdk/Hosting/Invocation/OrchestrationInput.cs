using System.Reflection;
using Microsoft.DurableTask;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

/// <summary>Binds the second parameter of an orchestrator: the orchestration's input.</summary>
static class OrchestrationInput
{
    static readonly MethodInfo s_read = typeof(OrchestrationInput).GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static ParameterBinder Binder(ParameterInfo parameter)
    {
        var read = s_read.MakeGenericMethod(parameter.ParameterType).CreateDelegate<Func<TaskOrchestrationContext, object?>>();
        return context => read((TaskOrchestrationContext)context.Trigger!) ?? TextBinder.Missing(parameter);
    }

    static object? Read<T>(TaskOrchestrationContext context) => context.GetInput<T>();
}
