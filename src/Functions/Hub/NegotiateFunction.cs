using System.Text.Json.Nodes;
using Lifecycle.Entities;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Maintenance;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Hub;

/// <summary><c>POST /api/negotiate</c>: an app server shows its API key and gets an address and a token for one app session.</summary>
public sealed class NegotiateFunction(
    AppDirectory directory, Apps hub, ReconnectProof proof, EnginePulse pulse, IServiceWatch watch, SignsOfLife signs, ReturningProcesses returning,
    HeldSessions held, TimeProvider time)
{
    /// <summary>Standard SignalR clients call this by themselves, with everything in query and headers.</summary>
    [Function("Negotiate")]
    [Api("Tells an app server where to connect for one app session; everything may also come in query and headers.", Body = typeof(NegotiateBody), ByApp = true)]
    [Answers(StatusCodes.Status200OK, "Where to connect.", typeof(NegotiateAnswer))]
    [Answers(StatusCodes.Status401Unauthorized, "The API key is not the app's, or the reconnect token is not good.")]
    [Answers(StatusCodes.Status503ServiceUnavailable, "The durable engine is too far behind to take more connections, the SignalR service takes none, or the keys of reconnect tokens cannot be read now; Retry-After says when to ask again.")]
    public async Task<IActionResult> Negotiate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "negotiate")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        held.Reachable(client);
        var attach = await NegotiateInput.ReadAsync(request, cancellation);
        var app = await directory.RequireKeyAsync(client, attach.Id.PackageName, NegotiateInput.ReadApiKey(request));
        await RequireGivenAsync(client, attach);
        var within = Expect(pulse.Called(client), attach);
        var proven = proof.Check(attach);
        RequireService(attach, directory.PolicyOf(app));
        returning.Hear(proven);
        await signs.HearAsync(client, proven);
        var answer = await hub.NegotiateAsync(proven, time.GetUtcNow());
        return JsonAnswer.Ok(With(answer, within));
    }

    void RequireService(AttachRequest attach, Policy policy)
    {
        if (!watch.TakesClient())
        {
            throw NegotiateInput.NotTaken(attach.Id, policy, watch.Last, time.GetUtcNow());
        }
    }

    // An honest app is far from here, and so nobody pays for the question.
    static async Task RequireGivenAsync(DurableTaskClient client, AttachRequest attach)
    {
        if (attach.LastSeq is not { } named || named <= NegotiateInput.MaxClaim)
        {
            return;
        }

        var session = await client.Entities.GetEntityAsync<AppSessionDocument>(AppSessionEntity.IdOf(attach.Id));
        if (session?.State?.Existing is not { } known || named > known.Mailbox.LastSeq)
        {
            throw NegotiateInput.NeverGiven(named);
        }
    }

    TimeSpan Expect(Backlog backlog, AttachRequest attach)
    {
        var now = time.GetUtcNow();
        return backlog.IsBeyondLimit(now)
            ? throw InputException.NotNow(
                "engine_busy",
                "The durable engine is too far behind to take more connections. Nothing is forgotten: ask again after Retry-After.",
                backlog.RetryAfter(now, StableHash.Uniform(attach.Id, "negotiate", (int)now.ToUnixTimeSeconds())))
            : backlog.AckWithin(now);
    }

    // The library writes what standard clients read; they ignore the rest.
    static JsonObject With(BinaryData answer, TimeSpan ackWithin)
    {
        var json = JsonNode.Parse(answer)!.AsObject();
        json["ackWithinMs"] = (long)ackWithin.TotalMilliseconds;
        return json;
    }
}
