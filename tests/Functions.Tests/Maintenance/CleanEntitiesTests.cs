using Lifecycle.Functions.Maintenance;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Functions.Tests.Maintenance;

/// <summary>
/// The Azure Storage backend keeps a row and a history of every session that ever was. A fleet of 100,000 sessions a day would have had
/// each sweep, every thirty seconds, read past three million of them after a month.
/// </summary>
public sealed class CleanEntitiesTests
{
    [Fact]
    public async Task Run_OnAzureStorage_RemovesEmptyEntitiesAndGoesOnUntilAllAre()
    {
        var client = new Client();
        await new CleanEntities(DurableBackend.AzureStorage, NullLogger<CleanEntities>.Instance).Run(new TimerInfo(), client, CancellationToken.None);
        var (request, untilComplete) = Assert.Single(client.Cleaned);
        Assert.Equal(new CleanEntityStorageRequest { RemoveEmptyEntities = true }, request);
        Assert.True(untilComplete);
    }

    // The Durable Task Scheduler has nothing to clean and is not asked: whether it would answer is its own matter.
    [Fact]
    public async Task Run_OnAnotherBackend_AsksNothing()
    {
        var client = new Client();
        await new CleanEntities(DurableBackend.Exact, NullLogger<CleanEntities>.Instance).Run(new TimerInfo(), client, CancellationToken.None);
        Assert.Empty(client.Cleaned);
    }

    [Fact]
    public void Run_ByItsTimer_IsAFunctionOfTheApp() => TestApp.Run(app =>
    {
        Assert.Contains(app.Functions, function => function.Name == nameof(CleanEntities));
        return Task.CompletedTask;
    });

    sealed class Client() : DurableTaskClient("test")
    {
        readonly EntityClient entities = new();

        public List<(CleanEntityStorageRequest? Request, bool UntilComplete)> Cleaned => entities.Cleaned;

        public override DurableEntityClient Entities => entities;

        public override Task<string> ScheduleNewOrchestrationInstanceAsync(
            TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => throw new NotSupportedException();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    sealed class EntityClient() : DurableEntityClient("test")
    {
        public List<(CleanEntityStorageRequest? Request, bool UntilComplete)> Cleaned { get; } = [];

        public override Task<CleanEntityStorageResult> CleanEntityStorageAsync(
            CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default)
        {
            Cleaned.Add((request, continueUntilComplete));
            return Task.FromResult(new CleanEntityStorageResult { EmptyEntitiesRemoved = 2 });
        }

        public override Task SignalEntityAsync(
            EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task<EntityMetadata<T>?> GetEntityAsync<T>(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task<EntityMetadata?> GetEntityAsync(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null) => throw new NotSupportedException();

        public override AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null) => throw new NotSupportedException();
    }
}
