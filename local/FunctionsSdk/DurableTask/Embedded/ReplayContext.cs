using System.Security.Cryptography;
using System.Text;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>The context that orchestrators get: everything in it comes from the history or is recorded there.</summary>
sealed class ReplayContext : TaskOrchestrationContext
{
    readonly OrchestrationReplay replay;
    readonly OrchestrationRecord instance;
    int guids;

    public ReplayContext(OrchestrationReplay replay, OrchestrationRecord instance, ILoggerFactory loggers)
    {
        (this.replay, this.instance, LoggerFactory) = (replay, instance, loggers);
        Entities = new ReplayEntities(replay, instance);
    }

    public override TaskName Name => new(instance.Name);

    public override string InstanceId => instance.InstanceId;

    public override ParentOrchestrationInstance? Parent =>
        instance.Parent is { } parent ? new ParentOrchestrationInstance(default, parent) : null;

    public override DateTime CurrentUtcDateTime => replay.Now.UtcDateTime;

    public override bool IsReplaying => replay.IsReplaying;

    public override TaskOrchestrationEntityFeature Entities { get; }

    protected override ILoggerFactory LoggerFactory { get; }

    public override T? GetInput<T>()
        where T : default => EmbeddedJson.Read<T>(instance.Input);

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        var json = EmbeddedJson.Write(input);
        var answer = await Retries.RunAsync(
            this, options?.Retry, () => replay.Ask(new HistoryEvent { Kind = HistoryKind.Action, Action = ActionKind.Activity, Name = name.Name, Payload = json }).Answer);
        return EmbeddedJson.Read<TResult>(answer)!;
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        var json = EmbeddedJson.Write(input);
        var answer = await Retries.RunAsync(this, options?.Retry, () => replay.Ask(new HistoryEvent
        {
            Kind = HistoryKind.Action,
            Action = ActionKind.SubOrchestration,
            Name = orchestratorName.Name,
            Target = NewGuid().ToString("N"),
            Payload = json,
        }).Answer);
        return EmbeddedJson.Read<TResult>(answer)!;
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var dueAt = new DateTimeOffset(DateTime.SpecifyKind(fireAt, DateTimeKind.Utc));
        var (taskId, fired) = replay.Ask(new HistoryEvent { Kind = HistoryKind.Action, Action = ActionKind.Timer, DueAt = dueAt });
        return cancellationToken.CanBeCanceled ? Cancellable(taskId, fired, cancellationToken) : fired;
    }

    async Task Cancellable(int taskId, Task<string?> fired, CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource<string?>();
        using var registration = cancellation.Register(() =>
        {
            replay.Forget(taskId);
            cancelled.TrySetCanceled(cancellation);
        });
        await await Task.WhenAny(fired, cancelled.Task);
    }

    public override async Task<T?> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
        where T : default => EmbeddedJson.Read<T>(await replay.Events.WaitAsync(eventName, cancellationToken));

    public override void SendEvent(string instanceId, string eventName, object payload) => replay.Ask(
        new HistoryEvent
        {
            Kind = HistoryKind.Action,
            Action = ActionKind.SendEvent,
            Target = instanceId,
            Name = eventName,
            Payload = EmbeddedJson.Write(payload),
        },
        answered: false);

    public override void SetCustomStatus(object? customStatus) => replay.CustomStatus = EmbeddedJson.Write(customStatus);

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        replay.Next = new OrchestrationReplay.ContinueAsNewRequest(EmbeddedJson.Write(newInput), preserveUnprocessedEvents);

    public override Guid NewGuid()
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{instance.InstanceId}|{instance.Execution}|{guids++}"));
        return new Guid(hash.AsSpan(0, 16));
    }
}
