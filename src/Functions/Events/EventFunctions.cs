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
        var (after, limit, generation) = ReadQuery(request.Query);
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

    static (long After, int Limit, string? Generation) ReadQuery(IQueryCollection query)
    {
        var errors = new Dictionary<string, string>();
        // A function key may come in the query, too.
        foreach (var name in query.Keys.Except(["after", "limit", "generation", "code"], StringComparer.OrdinalIgnoreCase))
        {
            errors[CloudEvent.Clip(name)!] = "is not a parameter of this call";
        }

        var after = Number("after", 0, long.MaxValue, 0);
        var limit = Number("limit", 1, MaxLimit, DefaultLimit);
        return errors.Count == 0 ? (after, (int)limit, (string?)query["generation"]) : throw InputException.Invalid("invalid_query", errors);

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
