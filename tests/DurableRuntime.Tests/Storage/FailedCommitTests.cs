using Lifecycle.Local.Durable;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.DurableRuntime.Tests.Storage;

public sealed class FailedCommitTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("lifecycle-commit-").FullName;

    public sealed class Ledger : TaskEntity<List<string>>
    {
        public void Take(string line) => State!.Add(line);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // An operation whose commit failed was tried again a second later, behind operations that were sent after it.
    [Fact]
    public void Operation_ThatCouldNotBeStored_IsDoneAgainBeforeLaterOnes()
    {
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            var app = await new DurableApp(time, new(), () => DurableStore.InFolder(folder)).Entity<Ledger>().StartAsync();
            Execute("ALTER TABLE entities RENAME TO away");
            await app.Signal("ledger", "l", "take", "first");
            await app.Wait(10);
            Execute("ALTER TABLE away RENAME TO entities");
            await app.Signal("ledger", "l", "take", "second");
            await app.Wait(3_000);
            Assert.Equal(["first", "second"], await app.State<List<string>>("ledger", "l"));
            await app.StopAsync();
        });
    }

    void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "durable.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
