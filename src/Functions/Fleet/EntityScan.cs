using Lifecycle.Functions.Maintenance;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Fleet;

/// <summary>Reads stored entities in pieces: a bounded number of rows, for a bounded time, and goes on where it stopped.</summary>
public sealed class EntityScan(StoredEntities stored, TimeProvider time)
{
    /// <summary>How many rows one request to the backend reads, at most.</summary>
    public const int PageSize = 250;

    /// <summary>Reads one piece.</summary>
    /// <param name="client">Reaches the entities.</param>
    /// <param name="range">Which of them.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="bounds">Where it ends.</param>
    /// <param name="take">What is made of a row; null when it is not meant.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task<ScanPiece<T>> ReadAsync<T>(
        DurableTaskClient client, ScanRange range, ScanCursor from, ScanBounds bounds, Func<StoredRow, T?> take, CancellationToken cancellation)
        where T : class
    {
        var (items, looked, cursor, began) = (new List<T>(), 0, from, time.GetTimestamp());
        // A list of everything takes whole pages of the backend; one that passes over most rows reads many at once.
        for (var size = from.After is null ? Math.Min(bounds.Items, PageSize) : PageSize; ; size = PageSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var (rows, next) = await stored.RowsAsync(client, range.Name, range.KeysFrom, size, cursor.From);
            string[] keys = [.. rows.Select(row => row.Id.Key)];
            var place = cursor.PlaceIn(keys);
            var end = Take(rows, place, items, bounds.Items, take);
            looked += end - place;
            if (end < rows.Count)
            {
                return new(items, looked, cursor with { After = keys[end - 1], Passed = end });
            }

            if (next is null)
            {
                return new(items, looked, null);
            }

            cursor = cursor.OnPage(next, keys);
            if (items.Count == bounds.Items || looked >= bounds.Rows || time.GetElapsedTime(began) >= bounds.Time)
            {
                return new(items, looked, cursor);
            }
        }
    }

    // Up to where the rows were looked at.
    static int Take<T>(IReadOnlyList<StoredRow> rows, int place, List<T> items, int most, Func<StoredRow, T?> take)
        where T : class
    {
        for (; place < rows.Count && items.Count < most; place++)
        {
            if (take(rows[place]) is { } item)
            {
                items.Add(item);
            }
        }

        return place;
    }
}

/// <summary>Which entities a scan reads.</summary>
/// <param name="Name">Their kind.</param>
/// <param name="KeysFrom">What their keys begin with; empty for all.</param>
sealed record ScanRange(string Name, string KeysFrom = "");

/// <summary>Where a piece of a scan ends, whichever comes first; rows and time are looked at between two pages of the backend.</summary>
/// <param name="Items">So many are taken.</param>
/// <param name="Rows">So many rows are read.</param>
/// <param name="Time">So long it has read.</param>
sealed record ScanBounds(int Items, int Rows, TimeSpan Time);

/// <summary>One piece of a scan.</summary>
/// <param name="Items">What was taken.</param>
/// <param name="Looked">How many rows were looked at.</param>
/// <param name="Next">Where the next piece begins; null when this is the last one.</param>
sealed record ScanPiece<T>(IReadOnlyList<T> Items, int Looked, ScanCursor? Next);
