using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.SignalR;
using Lifecycle.Local.FunctionsSdk.Hosting.Timers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

/// <summary>Decides at start-up how each parameter of a function gets its value.</summary>
static class ParameterBinders
{
    /// <summary>Makes a parameter's binder, or says in words that follow "parameter 'x' of type T" why it cannot be bound.</summary>
    public static bool TryCreate(
        FoundTrigger trigger,
        ParameterInfo parameter,
        [NotNullWhen(true)] out ParameterBinder? binder,
        [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        // Not by reference: where two hosts load a method's parameters for the first time at once, .NET makes them twice.
        binder = parameter.Position == trigger.Parameter.Position
            ? ForTrigger(trigger, parameter, out problem)
            : ForEveryKind(parameter, out problem) ?? (problem is null ? ForData(trigger, parameter, out problem) : null);
        return binder is not null;
    }

    static ParameterBinder? ForTrigger(FoundTrigger trigger, ParameterInfo parameter, out string? problem)
    {
        var (expected, binder) = trigger.Kind switch
        {
            TriggerKind.Http => (typeof(HttpRequest), (ParameterBinder)(c => ((HttpContext)c.Trigger!).Request)),
            TriggerKind.SignalR => (typeof(SignalRInvocationContext), c => ((SignalRTriggerValue)c.Trigger!).ToInvocationContext()),
            TriggerKind.Timer => (typeof(TimerInfo), c => c.Trigger),
            TriggerKind.Queue => (parameter.ParameterType, MessageBinder(parameter)),
            TriggerKind.Entity => (typeof(TaskEntityDispatcher), c => c.Trigger),
            TriggerKind.Orchestration => (typeof(TaskOrchestrationContext), c => c.Trigger),
            _ => (parameter.ParameterType, c => c.Trigger ?? TextBinder.Missing(parameter)),
        };
        problem = expected == parameter.ParameterType ? null : $"carries the trigger and must be of type {expected.Name}.";
        return problem is null ? binder : null;
    }

    static ParameterBinder MessageBinder(ParameterInfo parameter) => parameter.ParameterType == typeof(BinaryData)
        ? context => BinaryData.FromString((string)context.Trigger!)
        : context => TextBinder.Convert(parameter, (string)context.Trigger!, context.InstanceServices);

    static ParameterBinder? ForEveryKind(ParameterInfo parameter, out string? problem)
    {
        problem = null;
        if (parameter.ParameterType == typeof(FunctionContext))
            return context => context;
        if (parameter.ParameterType == typeof(CancellationToken))
            return context => context.CancellationToken;
        if (parameter.GetCustomAttribute<DurableClientAttribute>() is not null)
        {
            if (parameter.ParameterType == typeof(DurableTaskClient))
                return context => context.InstanceServices.GetRequiredService<IDurableBackend>().Client;
            problem = "has [DurableClient] and must be of type DurableTaskClient.";
        }
        return null;
    }

    static ParameterBinder? ForData(FoundTrigger trigger, ParameterInfo parameter, out string? problem)
    {
        problem = null;
        switch (trigger.Kind)
        {
            case TriggerKind.Http when RouteTemplate.ParameterNames((HttpTriggerAttribute)trigger.Attribute).Contains(parameter.Name!, StringComparer.OrdinalIgnoreCase):
                return context => TextBinder.Convert(
                    parameter, ((HttpContext)context.Trigger!).Request.RouteValues[parameter.Name!] as string, context.InstanceServices);
            case TriggerKind.Http:
                problem = "is neither the trigger nor named in the route. Name it in the route or read it from the request.";
                return null;
            case TriggerKind.SignalR:
                return ForArgument((SignalRTriggerAttribute)trigger.Attribute, parameter, out problem);
            case TriggerKind.Orchestration:
                return OrchestrationInput.Binder(parameter);
            default:
                problem = $"cannot be bound for a function with {trigger.Attribute.GetType().Name}.";
                return null;
        }
    }

    static ParameterBinder? ForArgument(SignalRTriggerAttribute trigger, ParameterInfo parameter, out string? problem)
    {
        problem = null;
        var at = Array.FindIndex(trigger.ParameterNames, n => string.Equals(n, parameter.Name, StringComparison.OrdinalIgnoreCase));
        if (at >= 0)
            return context => TextBinder.Convert(parameter, ((SignalRTriggerValue)context.Trigger!).ArgumentText(at), context.InstanceServices);
        problem = "is not among the parameter names of the SignalR trigger.";
        return null;
    }
}
