using System.Security.Cryptography;
using DurableTask.Core.Exceptions;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>The client that functions get.</summary>
sealed class EmbeddedDurableClient : DurableTaskClient
{
    readonly Func<DurableEngine> engine;
    readonly TimeProvider time;

    public EmbeddedDurableClient(Func<DurableEngine> engine, TimeProvider time)
        : base("embedded")
    {
        (this.engine, this.time) = (engine, time);
        Entities = new EmbeddedEntityClient(engine, time);
    }

    public override DurableEntityClient Entities { get; }

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        var id = options?.InstanceId ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var transaction = new DurableTransaction();
        var json = EmbeddedJson.Write(input);
        var execution = engine().NewExecution();
        transaction.RequireNotRunning(id);
        transaction.ClearHistory(id);
        transaction.Save(new OrchestrationRecord
        {
            InstanceId = id,
            Name = orchestratorName.Name,
            Execution = execution,
            State = OrchestrationState.Pending,
            CreatedAt = time.GetUtcNow(),
            UpdatedAt = time.GetUtcNow(),
            Input = json,
        });
        transaction.Send(new DurableMessage
        {
            Target = id,
            Kind = MessageKind.Start,
            Name = orchestratorName.Name,
            Payload = json,
            DueAt = options?.StartAt,
            Execution = execution,
        });
        return await engine().CommitAsync(transaction)
            ? id
            : throw new OrchestrationAlreadyExistsException(FailureInfo.IdIsTaken(id).Message);
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        SendAsync(new DurableMessage { Target = instanceId, Kind = MessageKind.Event, Name = eventName, Payload = EmbeddedJson.Write(eventPayload) });

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        SendAsync(new DurableMessage { Target = instanceId, Kind = MessageKind.Terminate, Payload = EmbeddedJson.Write(options?.Output) });

    Task SendAsync(DurableMessage message)
    {
        var transaction = new DurableTransaction();
        transaction.Send(message);
        return engine().CommitAsync(transaction);
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        InstanceView.Of(await engine().WaitForEndAsync(instanceId, cancellation), getInputsAndOutputs);

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        InstanceView.Of(await engine().WaitForStartAsync(instanceId, cancellation), getInputsAndOutputs);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        engine().Statistics.Read();
        return Task.FromResult(engine().Store.ReadOrchestration(instanceId) is { } record ? InstanceView.Of(record, getInputsAndOutputs) : null);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        new InstancePages(engine, filter ?? new OrchestrationQuery());

    // As officially: what runs is not purged.
    public override async Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        new(await new InstancePurge(engine(), time).PurgeAsync([instanceId]));

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        new InstancePurge(engine(), time).RunAsync(filter, cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw NotHere("suspend");

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw NotHere("resume");

    static NotSupportedException NotHere(string what) => new($"The embedded runtime cannot {what} orchestrations. Run on the official host for that.");

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
