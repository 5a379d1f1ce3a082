using System.Globalization;
using System.Text.Json.Nodes;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Events;

/// <summary>Shows what the local sink keeps: <c>/api/events</c> and <c>/api/dead-letters</c>.</summary>
public sealed class EventFunctions(IEventSink sink)
{
    const int MaxLimit = 1_000;
    const int DefaultLimit = 100;

    /// <summary>Events, in the order in which they were sent.</summary>
    [Function("ListEvents")]
    public IActionResult Events([HttpTrigger(AuthorizationLevel.Function, "get", Route = "events")] HttpRequest request) =>
        List(request, OutboxDestination.Events, QueueEventSink.Events);

    /// <summary>App sessions that were given up, in the order in which they were sent.</summary>
    [Function("ListDeadLetters")]
    public IActionResult DeadLetters([HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters")] HttpRequest request) =>
        List(request, OutboxDestination.DeadLetters, QueueEventSink.DeadLetters);

    JsonAnswer List(HttpRequest request, OutboxDestination destination, string queue)
    {
        var (after, limit) = ReadQuery(request.Query);
        var local = sink as LocalEventSink
            ?? throw InputException.NotFound("not_kept_here", $"They are in the storage queue {queue}: this host has a storage account and keeps none itself.");
        var page = local.Read(destination, after, limit);
        var items = page.Items.Select(item => new { sequence = item.Number, @event = JsonNode.Parse(item.Record.Body) });
        return JsonAnswer.Ok(new { items, oldest = page.Oldest, last = page.Last });
    }

    static (long After, int Limit) ReadQuery(IQueryCollection query)
    {
        var errors = new Dictionary<string, string>();
        foreach (var name in query.Keys.Except(["after", "limit"], StringComparer.OrdinalIgnoreCase))
        {
            errors[CloudEvent.Clip(name)!] = "is not a parameter of this call";
        }

        var after = Number("after", 0, long.MaxValue, 0);
        var limit = Number("limit", 1, MaxLimit, DefaultLimit);
        return errors.Count == 0 ? (after, (int)limit) : throw InputException.Invalid("invalid_query", errors);

        long Number(string name, long least, long most, long otherwise)
        {
            if (!query.TryGetValue(name, out var values))
            {
                return otherwise;
            }

            if (values.Count == 1 && long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            errors[name] = most == long.MaxValue ? $"must be one whole number from {least}" : $"must be one whole number from {least} to {most}";
            return otherwise;
        }
    }
}
