using Microsoft.Data.Sqlite;

namespace Lifecycle.Local.Durable;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
sealed class SqliteSession : IDisposable
{
    readonly SqliteConnection connection;
    readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    public SqliteSession(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        connection.Open();
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

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
        foreach (var command in prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}
