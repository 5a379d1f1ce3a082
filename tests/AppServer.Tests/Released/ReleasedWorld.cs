using System.Net;
using System.Text.Json.Nodes;
using Lifecycle.Compatibility;
using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests.Released;

/// <summary>An app server at a Lifecycle of the released version: it says what was recorded, and is as strict as that one.</summary>
public abstract class ReleasedWorld : FakeWorld
{
    private protected const string UnknownMethod = "Invocation failed, status code 404";

    static readonly HashSet<string> known =
        ["sessionId", "packageName", "instanceId", "reconnect", "reconnectToken", "lastSeq", "attempt", "connectRefused"];

    /// <summary>The ack of the next connection.</summary>
    private protected string NextAck { get; set; } = "fresh";

    /// <summary>What negotiate refuses the next calls with; of a name that is empty, it does not.</summary>
    private protected Queue<string> Problems { get; } = [];

    private protected override void Configure(AppServerOptions options)
    {
        options.InstanceId = "i1";
        options.CallTimeout = TimeSpan.FromSeconds(5);
        Lifecycle.Refuse = Refuse;
        Lifecycle.Connected = connection => connection.SendAsync("ack", ReleasedWire.Server($"acks/{NextAck}"));
        Lifecycle.Reply = method => method is "done" or "handOver" ? throw new HubException(UnknownMethod) : ReleasedWire.Server($"answers/{method}");
    }

    IResult? Refuse()
    {
        var unknown = JsonNode.Parse(Lifecycle.LastNegotiation.Body.GetRawText())!.AsObject().FirstOrDefault(field => !known.Contains(field.Key)).Key;
        var problem = unknown is null ? Problems.TryDequeue(out var next) ? next : "" : "unknown_field";
        if (problem.Length == 0) return null;
        var said = ReleasedWire.Server($"problems/{problem}");
        return new Recorded(said["body"]!, (int)said["status"]!, said["retryAfter"] is not null);
    }

    private protected static JsonNode Request(string name) => ReleasedWire.Read()["apps"]!["dotnet"]!["negotiate"]![name]!;

    sealed class Recorded(JsonNode body, int status, bool isForLater) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/problem+json";
            if (isForLater) http.Response.Headers.RetryAfter = "1";
            return http.Response.WriteAsync(body.ToJsonString());
        }
    }
}
