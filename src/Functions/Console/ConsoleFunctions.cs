using System.Text.Json.Nodes;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Console;

/// <summary>The console, <c>/api/console/</c>: a page that asks the API like anybody else, and where it hears of transitions.</summary>
public sealed class ConsoleFunctions(ConsoleFiles files, ConsoleSecurity security, ConsoleWatch watch, Console hub)
{
    /// <summary>Its files. They hold no data, and so need no key: what the page shows it asks the API for.</summary>
    [Function("Console")]
    [Api("Shows the console: its page at /api/console/, and the files of the page, by names that change with them.")]
    [Answers(StatusCodes.Status200OK, "The page, or a file of it.")]
    [Answers(StatusCodes.Status404NotFound, "There is no such file now.")]
    public IActionResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "console/{*path}")] HttpRequest request)
    {
        var name = $"{request.RouteValues["path"]}";
        // Without the slash, what the page names would be looked for beside it.
        if (name.Length == 0 && !request.Path.Value!.EndsWith('/'))
        {
            return new JsonAnswer(StatusCodes.Status302Found, null) { Location = "console/" };
        }

        return files.Find(name) is { } file
            ? new ConsoleFileAnswer(file, security)
            : throw InputException.NotFound("unknown_file", "The console has no such file. Load /api/console/ again.");
    }

    /// <summary>Tells where to hear of transitions, and notes that somebody does.</summary>
    [Function("ConsoleNegotiate")]
    [Api("Tells a client that looks on where to hear of transitions as they happen; to be called again within renewWithinMs for as long as it does.")]
    [Answers(StatusCodes.Status200OK, "Where to connect.", typeof(ConsoleInvitation))]
    public async Task<IActionResult> Negotiate(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "console/negotiate")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        await Requests.ReadBodyAsync<NoBody>(request, cancellation);
        var invitation = JsonNode.Parse(await hub.InviteAsync())!.AsObject();
        await watch.SeenAsync(client, cancellation);
        invitation["renewWithinMs"] = (long)ConsoleWatch.RenewWithin.TotalMilliseconds;
        return JsonAnswer.Ok(invitation);
    }

    sealed record NoBody;
}

/// <summary>Where a client that looks on connects to; as standard SignalR clients read it.</summary>
/// <param name="Url">The address.</param>
/// <param name="AccessToken">What to show there.</param>
/// <param name="RenewWithinMs">When to negotiate again, so that the transitions go on.</param>
sealed record ConsoleInvitation(string Url, string AccessToken, long RenewWithinMs);
