using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Microsoft.Data.Sqlite;

namespace Lifecycle.Bench.Rigs;

/// <summary>Inserts into a bare SQLite database with the durable store's own settings.</summary>
static class SqliteBaseline
{
    const string Row = "{\"by\":1,\"note\":\"about as long as the input of an operation\"}";

    /// <summary>Rows per second.</summary>
    public static Task<double> RateAsync(int count, int rowsPerTransaction)
    {
        using var folder = new WorkFolder();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = folder.File("bare.db"), Pooling = false }.ToString());
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000");
        Execute(connection, "CREATE TABLE rows(seq INTEGER PRIMARY KEY, target TEXT NOT NULL, payload TEXT)");
        return Clock.RateAsync(count, () =>
        {
            Insert(connection, count, rowsPerTransaction);
            return Task.CompletedTask;
        });
    }

    static void Insert(SqliteConnection connection, int count, int rowsPerTransaction)
    {
        using var begin = Command(connection, "BEGIN IMMEDIATE");
        using var commit = Command(connection, "COMMIT");
        using var insert = Command(connection, "INSERT INTO rows(target, payload) VALUES($1, $2)");
        var target = insert.Parameters.AddWithValue("$1", "");
        insert.Parameters.AddWithValue("$2", Row);
        for (var i = 0; i < count; i++)
        {
            if (i % rowsPerTransaction == 0)
            {
                begin.ExecuteNonQuery();
            }

            target.Value = $"@counter@e{i % 1_000}";
            insert.ExecuteNonQuery();
            if ((i + 1) % rowsPerTransaction == 0 || i + 1 == count)
            {
                commit.ExecuteNonQuery();
            }
        }
    }

    static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        command.ExecuteNonQuery();
    }
}
