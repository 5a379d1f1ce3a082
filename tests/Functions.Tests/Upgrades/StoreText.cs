using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>The embedded database as SQL text, a row a line: what a form stores can be read, and compared with the next one's.</summary>
static class StoreText
{
    const string FileName = "durable.db";

    /// <summary>What is in the database in the folder now, whoever has it open.</summary>
    public static string Read(string folder)
    {
        using var connection = Open(folder);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"PRAGMA user_version={Rows(connection, "PRAGMA user_version")[0][0]};\n");
        foreach (var table in Rows(connection, "SELECT name, sql FROM sqlite_master WHERE type='table' ORDER BY name"))
        {
            text.Append(CultureInfo.InvariantCulture, $"{table[1]};\n");
            foreach (var row in Rows(connection, $"SELECT * FROM {table[0]} ORDER BY 1, 2"))
            {
                text.Append(CultureInfo.InvariantCulture, $"INSERT INTO {table[0]} VALUES({string.Join(',', row.Select(Literal))});\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Makes a database of the text in a folder that has none.</summary>
    public static void Write(string text, string folder)
    {
        using var connection = Open(folder);
        using var command = connection.CreateCommand();
        command.CommandText = $"BEGIN;\n{text}COMMIT;";
        command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query on a database of the text.</summary>
    public static List<object[]> Query(string text, string sql)
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-store-");
        try
        {
            Write(text, folder.FullName);
            using var connection = Open(folder.FullName);
            return Rows(connection, sql);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, FileName)};Pooling=False");
        connection.Open();
        return connection;
    }

    static List<object[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    static string Literal(object value) => value switch
    {
        DBNull => "NULL",
        long number => number.ToString(CultureInfo.InvariantCulture),
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "The store has texts, integers and nulls."),
    };
}
