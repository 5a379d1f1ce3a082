using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Durable;

/// <summary>Tells the durable backend about the app's entities, orchestrators and activities.</summary>
sealed class DurableRegistration(FunctionInvoker invoker, IServiceProvider services)
{
    public void Register(IReadOnlyList<FunctionEntry> entries, IDurableBackend backend)
    {
        foreach (var entry in entries)
        {
            switch (entry.Kind)
            {
                case TriggerKind.Entity:
                    backend.AddEntity(
                        ((EntityTriggerAttribute)entry.Trigger).EntityName ?? entry.Name,
                        (dispatcher, scope) => invoker.InvokeAsync(entry, dispatcher, scope, CancellationToken.None));
                    break;
                case TriggerKind.Orchestration:
                    backend.AddOrchestrator(
                        ((OrchestrationTriggerAttribute)entry.Trigger).Orchestration ?? entry.Name,
                        context => OrchestrateAsync(entry, context));
                    break;
                case TriggerKind.Activity:
                    backend.AddActivity(
                        ((ActivityTriggerAttribute)entry.Trigger).Activity ?? entry.Name,
                        entry.TriggerParameter.ParameterType,
                        (input, scope) => invoker.InvokeAsync(entry, input, scope, CancellationToken.None));
                    break;
            }
        }
    }

    // Without middleware: an orchestrator is replayed, and may not await anything but its context. Its task never completes when
    // an episode ends early, so neither can a service scope be tied to it; orchestrator classes get the host's services.
    async Task<object?> OrchestrateAsync(FunctionEntry entry, TaskOrchestrationContext context) =>
        await entry.CallAsync(new HostFunctionContext(entry, context, services, CancellationToken.None));
}
