using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Lifecycle.Local.Durable;

/// <summary>
/// One connection with its prepared statements. Used by one thread at a time. What only writes goes to SQLite without ADO.NET between: a reader and boxed
/// parameters for each statement took longer than the statement.
/// </summary>
sealed class SqliteSession : IDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    readonly SqliteConnection connection;
    readonly sqlite3 database;
    readonly Dictionary<string, sqlite3_stmt> writing = new(StringComparer.Ordinal);
    readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    public SqliteSession(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        connection.Open();
        database = connection.Handle!;
        Check(raw.sqlite3_busy_timeout(database, (int)patience.TotalMilliseconds));
    }

    /// <summary>Runs a statement to its end. Values are texts, integers and nulls.</summary>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Execute(string sql, params ReadOnlySpan<SqlValue> values)
    {
        if (!writing.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
            writing[sql] = statement;
        }

        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i].Bind(statement, i + 1));
        }

        var result = raw.SQLITE_ROW;
        while (result == raw.SQLITE_ROW)
        {
            result = raw.sqlite3_step(statement);
        }

        // It gives the error once more.
        _ = raw.sqlite3_reset(statement);
        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        return raw.sqlite3_changes(database);
    }

    void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);

    public long Scalar(string sql, params ReadOnlySpan<object?> values) => Convert.ToInt64(Prepare(sql, values).ExecuteScalar());

    public List<T> Query<T>(Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Parameters are $1, $2, … in the order of the values.</summary>
    SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter($"${i + 1}", null));
            }

            prepared[sql] = command;
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    public void Dispose()
    {
        foreach (var statement in writing.Values)
        {
            statement.Dispose();
        }

        foreach (var command in prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}
