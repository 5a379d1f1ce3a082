using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle.Cli.Api;

/// <summary>Reads a list page by page until there is enough of it.</summary>
/// <param name="api">The host.</param>
/// <param name="path">The call without cursor and limit.</param>
/// <param name="list">The name of the list in a page.</param>
/// <param name="mostOnAPage">The most that the call gives at once.</param>
sealed class Pages(ApiClient api, string path, string list, int mostOnAPage)
{
    /// <summary>All that was read, in the shape of one page: its <c>next</c> goes on from there.</summary>
    /// <param name="cursor">Where to begin; null for the beginning.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="told">Hears how many were found, and how many rows looked at, after each page.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<JsonObject> ReadAsync(string? cursor, int limit, Action<int, long> told, CancellationToken cancellation)
    {
        var (items, looked, counts) = (new JsonArray(), 0L, false);
        do
        {
            var page = Read(await api.GetAsync(Path(cursor, Math.Min(limit - items.Count, mostOnAPage)), cancellation));
            var found = page[list] as JsonArray ?? throw Unreadable(page.ToJsonString());
            foreach (var item in found) items.Add(item?.DeepClone());
            if (page["looked"] is { } rows) (looked, counts) = (looked + rows.GetValue<long>(), true);
            cursor = page["next"]?.GetValue<string>();
            told(items.Count, looked);
        }
        while (cursor is not null && items.Count < limit);
        var whole = new JsonObject { [list] = items };
        if (counts) whole["looked"] = looked;
        if (cursor is not null) whole["next"] = cursor;
        return whole;
    }

    string Path(string? cursor, int limit) => path + (path.Contains('?') ? '&' : '?') + $"limit={limit}" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}");

    static JsonObject Read(ApiAnswer answer)
    {
        try
        {
            return JsonNode.Parse(answer.Text)!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw Unreadable(answer.Text);
        }
    }

    static CliException Unreadable(string text) => new(ExitCode.No, "The host's answer cannot be read: is it of a later version than this command line?") { Json = text };
}
