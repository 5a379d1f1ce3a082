using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Maintenance;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Moves;

/// <summary>What another installation takes over from this one: registrations, and what is kept of app sessions.</summary>
public sealed class ExportFunctions(StoredEntities stored, TimeProvider time)
{
    /// <summary>How many stored entities a page comes from at most.</summary>
    internal const int PageSize = 100;

    // With one more session, whose messages and subscriptions may take some 650 KiB, a page is below what an import takes.
    const int EnoughBytes = 256 * 1024;

    /// <summary>One page. It changes nothing.</summary>
    [Function("ExportState")]
    [Api("Tells registrations and what is kept of app sessions, page by page, for another installation.", QueryTexts = ["cursor: that of the page before; the beginning if absent"])]
    [Answers(StatusCodes.Status200OK, "A page; the last one has no cursor.", typeof(CarryPage))]
    public async Task<IActionResult> Export([HttpTrigger(AuthorizationLevel.Function, "get", Route = "export")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        var cursor = ExportCursor.Read(request.Query["cursor"]);
        return JsonAnswer.Ok(cursor.IsOfSessions ? await SessionsAsync(client, cursor) : await AppsAsync(client, cursor));
    }

    async Task<CarryPage> AppsAsync(DurableTaskClient client, ExportCursor cursor)
    {
        var (found, next) = await stored.PageAsync<AppDocument>(client, AppEntity.Name, PageSize, cursor.From);
        var (apps, more) = Take(found, cursor, next, app => app.State.Registration is { } registration
            ? new CarriedApp { PackageName = app.Key, Registration = registration }
            : null);
        return new CarryPage { Apps = apps, Cursor = (more ?? new ExportCursor(IsOfSessions: true)).ToString() };
    }

    async Task<CarryPage> SessionsAsync(DurableTaskClient client, ExportCursor cursor)
    {
        var (found, next) = await stored.PageAsync<AppSessionDocument>(client, AppSessionEntity.Name, PageSize, cursor.From);
        var now = time.GetUtcNow();
        var (sessions, more) = Take(found, cursor, next, entity => SessionCargo.Of(entity.State.Session, now) is { } cargo
            ? CarriedOf(AppSessionId.Parse(entity.Key), cargo)
            : null);
        return new CarryPage { Sessions = sessions, Cursor = more?.ToString() };
    }

    static CarriedSession CarriedOf(AppSessionId id, SessionCargo cargo) => new() { SessionId = id.SessionId, PackageName = id.PackageName, Cargo = cargo };

    // Where the page is full, the next one begins with the same entities and passes over those that were told.
    static (List<T> Taken, ExportCursor? More) Take<TStored, T>(IReadOnlyList<StoredEntity<TStored>> found, ExportCursor cursor, string? next, Func<StoredEntity<TStored>, T?> told)
        where T : class
    {
        var (taken, bytes) = (new List<T>(), 0);
        for (var i = cursor.PlaceIn([.. found.Select(entity => entity.Key)]); i < found.Count; i++)
        {
            if (bytes > EnoughBytes)
            {
                return (taken, cursor with { Skip = i, After = found[i - 1].Key });
            }

            if (told(found[i]) is { } one)
            {
                taken.Add(one);
                bytes += JsonSerializer.SerializeToUtf8Bytes(one, JsonAnswer.Options).Length;
            }
        }

        return (taken, next is null ? null : cursor with { From = next, Skip = 0, After = null });
    }
}
