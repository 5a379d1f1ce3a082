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
    const string AfterHelp = "after: the number of the last one seen; 0 if absent";
    const string LimitHelp = "limit: how many at most, 1 to 1,000; 100 if absent";
    const string NotKeptHelp = "A storage queue has them.";

    /// <summary>Events, in the order in which they were sent.</summary>
    [Function("ListEvents")]
    [Api("Shows the events that this host keeps, where no storage account takes them.", Query = [AfterHelp, LimitHelp])]
    [Answers(StatusCodes.Status200OK, "Those behind the number asked for.", typeof(EventPage))]
    [Answers(StatusCodes.Status404NotFound, NotKeptHelp)]
    public IActionResult Events([HttpTrigger(AuthorizationLevel.Function, "get", Route = "events")] HttpRequest request) =>
        List(request, OutboxDestination.Events, QueueEventSink.Events);

    /// <summary>App sessions that were given up, in the order in which they were sent.</summary>
    [Function("ListDeadLetters")]
    [Api("Shows the dead letters that this host keeps, where no storage account takes them.", Query = [AfterHelp, LimitHelp])]
    [Answers(StatusCodes.Status200OK, "Those behind the number asked for.", typeof(EventPage))]
    [Answers(StatusCodes.Status404NotFound, NotKeptHelp)]
    public IActionResult DeadLetters([HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters")] HttpRequest request) =>
        List(request, OutboxDestination.DeadLetters, QueueEventSink.DeadLetters);

    JsonAnswer List(HttpRequest request, OutboxDestination destination, string queue)
    {
        var (after, limit) = ReadQuery(request.Query);
        var local = sink as LocalEventSink
            ?? throw InputException.NotFound("not_kept_here", $"They are in the storage queue {queue}: this host has a storage account and keeps none itself.");
        var page = local.Read(destination, after, limit);
        return JsonAnswer.Ok(new EventPage([.. page.Items.Select(item => new EventItem(item.Number, JsonNode.Parse(item.Record.Body)))], page.Oldest, page.Last));
    }

    static (long After, int Limit) ReadQuery(IQueryCollection query)
    {
        var errors = new Dictionary<string, string>();
        // A function key may come in the query, too.
        foreach (var name in query.Keys.Except(["after", "limit", "code"], StringComparer.OrdinalIgnoreCase))
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
