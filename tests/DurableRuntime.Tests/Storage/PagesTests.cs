using Lifecycle.Local.Durable;

namespace Lifecycle.DurableRuntime.Tests.Storage;

public sealed class PagesTests
{
    static readonly DateTimeOffset now = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public void ReadEntities_InPages_GivesEachOnceAndInOrder(int size)
    {
        using var store = DurableStore.InMemory();
        string[] ids = ["@e@", "@e@a", "@e@a1", "@e@a\u00e9", "@e@b", "@f@a"];
        foreach (var id in ids)
        {
            var transaction = new DurableTransaction();
            transaction.SaveEntity(id, "1", now);
            store.Commit([transaction]);
        }

        var read = new List<string>();
        for (string? after = null; store.ReadEntities("@e@", after, size) is [.., var last] page; after = last.Id)
        {
            read.AddRange(page.Select(entity => entity.Id));
        }

        Assert.Equal(ids[..^1], read);
    }

    [Fact]
    public void ReadOrchestrations_AfterOne_BeginsWithTheNext()
    {
        using var store = DurableStore.InMemory();
        var transaction = new DurableTransaction();
        foreach (var id in (string[])["r1", "r2", "r3"])
        {
            transaction.Save(new OrchestrationRecord { InstanceId = id, Name = "Run", Execution = "x", State = OrchestrationState.Running, CreatedAt = now, UpdatedAt = now });
        }

        store.Commit([transaction]);
        Assert.Equal(["r2", "r3"], store.ReadOrchestrations("r", "r1", 9).Select(run => run.InstanceId));
    }
}
