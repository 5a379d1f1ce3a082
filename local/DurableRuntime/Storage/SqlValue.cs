using SQLitePCL;

namespace Lifecycle.Local.Durable;

/// <summary>A value of a statement: a text, an integer, or null.</summary>
readonly struct SqlValue
{
    readonly string? text;
    readonly long? number;

    SqlValue(string? text, long? number) => (this.text, this.number) = (text, number);

    public static implicit operator SqlValue(string? text) => new(text, null);

    public static implicit operator SqlValue(long number) => new(null, number);

    public static implicit operator SqlValue(long? number) => new(null, number);

    /// <summary>Gives it to a statement.</summary>
    /// <returns>SQLite's result code.</returns>
    public int Bind(sqlite3_stmt statement, int index) =>
        text is not null ? raw.sqlite3_bind_text(statement, index, text)
        : number is { } whole ? raw.sqlite3_bind_int64(statement, index, whole)
        : raw.sqlite3_bind_null(statement, index);
}
