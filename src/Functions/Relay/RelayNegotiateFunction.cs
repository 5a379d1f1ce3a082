using System.Text.Json.Nodes;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Hub;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Relay;

/// <summary><c>POST /api/relay/negotiate</c>: a process of an app shows the API key and gets an address and a token for its relay connection.</summary>
public sealed class RelayNegotiateFunction(AppDirectory directory, Relay hub, IServiceWatch watch, TimeProvider time)
{
    /// <summary>Standard SignalR clients call this by themselves, with everything in query and headers.</summary>
    [Function("RelayNegotiate")]
    [Api("Tells an app's process where to connect to get the app's webhooks; everything may also come in query and headers.", Body = typeof(RelayNegotiateBody), ByApp = true)]
    [Answers(StatusCodes.Status200OK, "Where to connect.", typeof(RelayNegotiateAnswer))]
    [Answers(StatusCodes.Status401Unauthorized, "The API key is not the app's.")]
    [Answers(StatusCodes.Status503ServiceUnavailable, "The SignalR service takes no connections now; Retry-After says when to ask again.")]
    public async Task<IActionResult> Negotiate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "relay/negotiate")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var (packageName, instanceId) = await NegotiateInput.ReadProcessAsync(request, cancellation);
        var app = await directory.RequireKeyAsync(client, packageName, NegotiateInput.ReadApiKey(request));
        if (!watch.TakesClient())
        {
            throw NegotiateInput.NotTaken(new AppSessionId(instanceId ?? "", packageName), directory.PolicyOf(app), watch.Last, time.GetUtcNow());
        }

        var json = JsonNode.Parse(await hub.NegotiateAsync(packageName, instanceId))!.AsObject();
        // A process may be there before its app is registered so: an owner who changes that loses no webhook.
        json["relayed"] = app.IsRelayed;
        return JsonAnswer.Ok(json);
    }
}

/// <summary>The body of the relay's negotiate; all of it may come in query and headers instead.</summary>
sealed record RelayNegotiateBody
{
    public string? PackageName { get; init; }

    public string? InstanceId { get; init; }
}

/// <summary>Where a process connects, as the API describes it.</summary>
/// <param name="Url">The SignalR service's address.</param>
/// <param name="AccessToken">Opens one connection there, for five minutes.</param>
/// <param name="Relayed">Whether the app is registered so that its webhooks come over such connections.</param>
sealed record RelayNegotiateAnswer(string Url, string AccessToken, bool Relayed);
