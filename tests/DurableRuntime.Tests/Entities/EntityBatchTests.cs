using Lifecycle.Local.Durable;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.DurableRuntime.Tests.Entities;

/// <summary>Operations that another process runs, all of a batch at once.</summary>
public sealed class EntityBatchTests
{
    [Fact]
    public void RunTogether_SomeFail_StoresTheLastStateAndWhatWasSent()
    {
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            var (handlers, store) = (new Together(), DurableStore.InMemory());
            await using var engine = new DurableEngine(store, new DurableOptions(), time, handlers, NullLogger.Instance);
            var transaction = new DurableTransaction();
            foreach (var operation in (string[])["one", "fail", "two"])
            {
                transaction.Send(new DurableMessage { Target = "@e@1", Kind = MessageKind.Signal, Name = operation, Payload = "7" });
            }

            await engine.CommitAsync(transaction);
            engine.Start();
            await Task.Delay(TimeSpan.FromMilliseconds(1), time);

            Assert.Equal(["@e@1: one 7 on none, fail 7 on none, two 7 on none", "@e@2: told 8 on none"], handlers.Batches);
            Assert.Equal("3", store.ReadEntity("@e@1")?.State);
            Assert.Empty(store.ReadMessages());
            store.Dispose();
        });
    }

    sealed class Together : IDurableHandlers
    {
        public List<string> Batches { get; } = [];

        public Task RunEntityAsync(EntityBatch batch) => batch.RunTogetherAsync(turns =>
        {
            Batches.Add($"{batch.EntityId}: {string.Join(", ", turns.Select(turn => $"{turn.Operation} {turn.Input} on {turn.State ?? "none"}"))}");
            turns[^1].State = $"{turns.Count}";
            if (batch.EntityId == "@e@1")
            {
                turns[^1].Signal("@e@2", "told", "8", null);
            }

            return Task.FromResult<IReadOnlyList<EntityOutcome>>(
                [.. turns.Select(turn => new EntityOutcome("1", turn.Operation == "fail" ? new InvalidOperationException("no") : null))]);
        });

        public OrchestrationResult RunOrchestration(OrchestrationTurn turn) => throw new NotSupportedException();

        public Task<string?> RunActivityAsync(ActivityCall call) => throw new NotSupportedException();
    }
}
