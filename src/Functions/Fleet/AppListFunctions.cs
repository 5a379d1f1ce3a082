using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Maintenance;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Fleet;

/// <summary>All registered apps: <c>/api/apps</c>.</summary>
public sealed class AppListFunctions(EntityScan scan, StoredEntities stored, FleetBook book, Policy fleet)
{
    const string List = "apps";
    const int MostItems = 200;
    const int UsualItems = 50;
    const int MostRows = 2_000;

    static readonly TimeSpan longest = TimeSpan.FromMilliseconds(200);

    /// <summary>Lists registered apps, a page at a time.</summary>
    [Function("ListApps")]
    [Api(
        "Lists the registered apps and how they fare, a page at a time.",
        Query = ["limit: how many at most, 1 to 200; 50 if absent"],
        QueryTexts = ["cursor: that of the page before; the beginning if absent"])]
    [Answers(StatusCodes.Status200OK, "A page; the last one has no next.", typeof(AppPage))]
    public async Task<IActionResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "apps")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var query = new QueryInput(request, "cursor", "limit");
        var (limit, cursor) = ((int)query.Number("limit", 1, MostItems, UsualItems), query.Text("cursor"));
        query.Done();
        var bounds = new ScanBounds(limit, MostRows, longest);
        var piece = await scan.ReadAsync(client, new ScanRange(AppEntity.Name), ScanCursor.Read(cursor, List), bounds, RegisteredOf, cancellation);
        var known = await book.ReadAsync(client, cancellation);
        var apps = piece.Items.Select(app => AppItem.Of(app.Key, app.State, app.State.Registration!.Policy.Over(fleet), known));
        return JsonAnswer.Ok(new AppPage([.. apps], piece.Next?.ToText(List)));
    }

    StoredEntity<AppDocument>? RegisteredOf(StoredRow row) =>
        stored.Read<AppDocument>(row.Id, row.State) is { Registration: not null } app ? new StoredEntity<AppDocument>(row.Id.Key, app) : null;
}
