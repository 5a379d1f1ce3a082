using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace Lifecycle.DurableRuntime.Tests.Orchestrations;

public sealed class QueryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Query_OfAnyPageSize_FindsAllOnce(int size) => DurableApp.Run(async app =>
    {
        await app.Entity<Entities.EntityTests.Counter>().Orchestrator("run", _ => Task.FromResult<object?>(null)).StartAsync();
        for (var n = 0; n < 5; n++)
        {
            await app.Signal("counter", $"{n}", "add", 1);
            await app.RunToEnd("run", id: $"{n}");
        }

        Assert.Equal(["0", "1", "2", "3", "4"], await All(app.Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: size)), i => i.InstanceId));
        Assert.Equal(["0", "1", "2", "3", "4"], await All(app.Entities.GetAllEntitiesAsync(new EntityQuery { PageSize = size }), e => e.Id.Key));
        await foreach (var page in app.Client.GetAllInstancesAsync().AsPages(pageSizeHint: size))
        {
            Assert.Equal(size > 0 ? Math.Min(size, page.Values.Count) : 5, page.Values.Count);
        }
    });

    static async Task<List<string>> All<T>(AsyncPageable<T> pages, Func<T, string> name)
        where T : notnull
    {
        var found = new List<string>();
        await foreach (var item in pages)
        {
            found.Add(name(item));
        }

        return found;
    }
}
