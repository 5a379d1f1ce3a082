using System.Text.Json;
using Lifecycle.Compatibility;
using Lifecycle.Functions.Tests.Reconnect;

namespace Lifecycle.Functions.Tests.Wire;

/// <summary>Processes of both versions in one deployment: one of version 2 leaves, and only those of the released version are there to come after it.</summary>
public sealed class ReleasedSuccessorTests
{
    [Theory]
    [InlineData("dotnet")]
    [InlineData("javascript")]
    public void A_hand_over_that_the_successor_does_not_know_harms_nobody_and_the_session_is_resurrected_there(string sdk) => TestApp.Run(async app =>
    {
        var released = new ReleasedApp(app, ReleasedWire.Read()["apps"]![sdk]!);
        await app.PutAppAsync(policy: new { reconnectGraceMs = 1_000 });
        await app.StartAsync();
        var leaving = await AppClient.ConnectAsync(app, await app.CallAsync(
            "POST", "/api/negotiate", new { sessionId = "s1", packageName = TestApp.Package, instanceId = "i1", version = 2 }, ("x-api-key", TestApp.Key)));
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = "one" });
        app.Webhooks.Clear();

        released.AnswersWebhooks("handover_request");
        await leaving.Socket.InvokeAsync("handOver", new { });
        await app.Settle(21_000);
        Assert.Equal("handover_request", await TypeAsync(Assert.Single(app.Webhooks)));
        Assert.Equal(("RUNNING", "CLOSED", null), (await app.StateAsync(), await BreakerAsync(app), leaving.Reason));

        released.AnswersWebhooks("accepted");
        leaving.Socket.Close();
        await app.Settle(4_000);
        Assert.Equal("resurrection_request", await TypeAsync(app.Webhooks[^1]));
        var successor = await released.AttachAsync("first", "s1", instance: "i2");
        Assert.Equal(("RUNNING", false, 1), (await app.StateAsync(), successor.Ack.GetProperty("resumed").GetBoolean(), successor.Ack.GetProperty("missed").GetInt32()));
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = "two" });
        await app.Settle(200_000);
        Assert.Equal(["ack", "message"], successor.Received.Select(heard => heard.Target));
        Assert.Equal(2, app.Webhooks.Count);
    });

    static async Task<string?> TypeAsync(HttpRequestMessage webhook) =>
        JsonSerializer.Deserialize<JsonElement>(await webhook.Content!.ReadAsByteArrayAsync()).GetProperty("type").GetString();

    static async Task<string?> BreakerAsync(TestApp app) =>
        (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}/health")).Json.GetProperty("breaker").GetProperty("state").GetString();
}
