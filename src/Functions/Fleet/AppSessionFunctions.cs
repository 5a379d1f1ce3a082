using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Fleet;

/// <summary>App sessions of the whole fleet: <c>/api/app-sessions</c>.</summary>
public sealed class AppSessionFunctions(StoredSessions sessions)
{
    const int MostItems = 500;
    const int UsualItems = 50;

    // On the embedded host the rows are what ends a piece, on others the time.
    const int MostRows = 10_000;

    static readonly TimeSpan longest = TimeSpan.FromMilliseconds(200);

    /// <summary>Lists app sessions, a page at a time.</summary>
    [Function("FindAppSessions")]
    [Api(
        "Lists the app sessions of all users that a filter means, a page at a time.",
        Query = ["limit: how many at most, 1 to 500; 50 if absent"],
        QueryTexts =
        [
            "state: the states that they are in, separated by commas; any if absent",
            "package: their app, or the beginning of its name with * behind it",
            "session: their user session, or the beginning of its id with * behind it; only those are read",
            "blame: whose fault their last transition is",
            "since: they came into their state then or later, ISO 8601",
            "cursor: that of the page before; the beginning if absent",
        ])]
    [Answers(StatusCodes.Status200OK, "A page; the last one has no next. A page can be short, or empty, and not the last, for each reads a bounded number of rows.", typeof(AppSessionPage))]
    public async Task<IActionResult> Find(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "app-sessions")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var query = new QueryInput(request, "state", "package", "session", "blame", "since", "cursor", "limit");
        var (filter, limit, cursor) = (FilterInput.Read(query), (int)query.Number("limit", 1, MostItems, UsualItems), query.Text("cursor"));
        query.Done();
        var list = filter.ToString();
        var piece = await sessions.ReadAsync(client, filter, ScanCursor.Read(cursor, list), new ScanBounds(limit, MostRows, longest), cancellation);
        return JsonAnswer.Ok(new AppSessionPage([.. piece.Items.Select(AppSessionItem.Of)], piece.Looked, piece.Next?.ToText(list)));
    }
}
