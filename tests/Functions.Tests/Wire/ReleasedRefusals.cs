using System.Text.Json.Nodes;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Tests.Reconnect;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Wire;

/// <summary>What negotiate refuses an app server of the released version with when time or trouble is the cause.</summary>
sealed class ReleasedRefusals(TestApp app, JsonNode recorded)
{
    public static readonly string[] Names = ["reconnect_token_expired", "service_away", "engine_busy"];

    readonly ReleasedApp sdk = new(app, recorded);
    readonly Transcript transcript = new();

    public async Task<JsonObject> PlayAsync()
    {
        await app.StartAsync();
        var client = await sdk.AttachAsync("first", "s1");
        await app.Settle(TimeSpan.FromDays(7.1).TotalMilliseconds);
        transcript.Put("reconnect_token_expired", ReleasedConversation.Problem(await sdk.NegotiateAsync("again", "s1", client.Token)));
        client.Socket.Close();
        await ServiceIsAwayAsync();
        await EngineIsBusyAsync();
        return transcript.Content;
    }

    async Task ServiceIsAwayAsync()
    {
        var (watch, faults) = (app.Services.GetRequiredService<ServiceWatch>(), app.Services.GetRequiredService<SignalRServiceCore>().Faults);
        Assert.True((await watch.LookAsync(CancellationToken.None)).Open);
        faults.RefuseConnections = true;
        await app.Settle(2_100);
        Assert.False((await watch.LookAsync(CancellationToken.None)).Open);
        transcript.Put("service_away", ReleasedConversation.Problem(await sdk.NegotiateAsync("first", "s1")));
        faults.RefuseConnections = false;
        await app.Settle(5_000);
    }

    async Task EngineIsBusyAsync()
    {
        app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.StandStill(TimeSpan.FromMinutes(2));
        await CrowdAsync();
        await app.Settle(61_000);
        await CrowdAsync();
        transcript.Put("engine_busy", ReleasedConversation.Problem(await sdk.NegotiateAsync("first", "s1")));
    }

    async Task CrowdAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => sdk.NegotiateAsync("first", $"s{n}")));
        await app.Settle();
    }
}
