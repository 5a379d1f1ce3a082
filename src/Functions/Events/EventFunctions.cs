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
    const string GenerationHelp = "generation: that of the page before; with it, a host that has been started again answers 410 and not events of another count";
    const string GoneHelp = "The host was started again and counts from 1: read on from there.";
    const string NotKeptHelp = "A storage queue has them.";

    /// <summary>Events, in the order in which they were sent.</summary>
    [Function("ListEvents")]
    [Api("Shows the events that this host keeps, where no storage account takes them.", Query = [AfterHelp, LimitHelp], QueryTexts = [GenerationHelp])]
    [Answers(StatusCodes.Status200OK, "Those behind the number asked for.", typeof(EventPage))]
    [Answers(StatusCodes.Status404NotFound, NotKeptHelp)]
    [Answers(StatusCodes.Status410Gone, GoneHelp)]
    public IActionResult Events([HttpTrigger(AuthorizationLevel.Function, "get", Route = "events")] HttpRequest request) =>
        List(request, OutboxDestination.Events, QueueEventSink.Events);

    /// <summary>App sessions that were given up, in the order in which they were sent.</summary>
    [Function("ListDeadLetters")]
    [Api("Shows the dead letters that this host keeps, where no storage account takes them.", Query = [AfterHelp, LimitHelp], QueryTexts = [GenerationHelp])]
    [Answers(StatusCodes.Status200OK, "Those behind the number asked for.", typeof(EventPage))]
    [Answers(StatusCodes.Status404NotFound, NotKeptHelp)]
    [Answers(StatusCodes.Status410Gone, GoneHelp)]
    public IActionResult DeadLetters([HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters")] HttpRequest request) =>
        List(request, OutboxDestination.DeadLetters, QueueEventSink.DeadLetters);

    JsonAnswer List(HttpRequest request, OutboxDestination destination, string queue)
    {
        var (after, limit, generation) = ReadQuery(request);
        var local = sink as LocalEventSink
            ?? throw InputException.NotFound("not_kept_here", $"They are in the storage queue {queue}: this host has a storage account and keeps none itself.");
        var page = local.Read(destination, after, limit);
        // Silence would look like quiet to whoever reads on.
        if (after > page.Last || (generation is not null && generation != local.Generation))
        {
            throw InputException.Gone(
                "begun_anew", $"Number {after} is not of this count, whose last is {page.Last}: the host was started again and counts from 1. Read on with after=0.");
        }

        var items = page.Items.Select(item => new EventItem(item.Number, JsonNode.Parse(item.Record.Body)));
        return JsonAnswer.Ok(new EventPage([.. items], page.Oldest, page.Last, local.Generation));
    }

    static (long After, int Limit, string? Generation) ReadQuery(HttpRequest request)
    {
        var query = new QueryInput(request, "after", "limit", "generation");
        var (after, limit) = (query.Number("after", 0, long.MaxValue, 0), query.Number("limit", 1, MaxLimit, DefaultLimit));
        var generation = query.Text("generation");
        query.Done();
        return (after, (int)limit, generation);
    }
}
