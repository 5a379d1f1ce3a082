using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Reconnect;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Moves;

/// <summary>What an import makes of sessions, at one host.</summary>
public sealed class CarriedSessionTests
{
    // As docs/operations.md has it for a new task hub in place: the sockets are still there, and nobody has told the new hub of them.
    [Fact]
    public void A_session_whose_socket_is_there_is_adopted_with_its_state() => TestApp.RunTwo(async (old, other) =>
    {
        await old.StartAsync();
        var first = await AppClient.AttachAsync(old);
        await first.Socket.InvokeAsync("setSubscriptions", new[] { "audio" }, 0);
        await old.Settle();
        await other.PutAppAsync();
        other.Services.GetRequiredService<SignalRServiceCore>().Faults.Add(new UpstreamFault { Kind = UpstreamFaultKind.Lose, Event = "connected" });
        var client = await AppClient.AttachAsync(other);

        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        await other.Settle(45_000);

        Assert.Equal(("RUNNING", "adopted"), (await other.StateAsync(), (await other.SessionAsync()).GetProperty("reason").GetString()));
        Assert.True(client.Ack.GetProperty("resumed").GetBoolean());
        Assert.Equal("audio", client.Ack.GetProperty("subscriptions")[0].GetString());
        Assert.Empty(other.Webhooks);
    });

    [Fact]
    public void A_session_of_an_app_that_is_not_registered_is_left_alone() => TestApp.Run(async app =>
    {
        var answer = await app.CallAsync("POST", "/api/import", new { sessions = new[] { new { sessionId = "s1", packageName = "com.example.other", cargo = new { state = "RUNNING" } } } });
        Assert.Equal(200, answer.Status);
        var left = Assert.Single(answer.Json.GetProperty("left").EnumerateArray());
        Assert.Equal(("s1:com.example.other", "app_not_registered"), (left.GetProperty("name").GetString(), left.GetProperty("reason").GetString()));
    });

    [Fact]
    public void A_session_that_is_attached_here_is_left_alone_whatever_comes() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        JsonObject last = [];
        await foreach (var page in CarryOver.PagesOf(app))
        {
            last = page;
        }

        last["sessions"]![0]!["cargo"]!["epoch"] = 1_000_000;
        var before = app.Everything();
        var answer = await app.SendAsync("POST", "/api/import", CarryOver.TextOf(last));
        Assert.Equal("attached_here", answer.Json.GetProperty("left")[0].GetProperty("reason").GetString());
        await app.Settle();
        Assert.Equal(before, app.Everything());
        Assert.Null(client.Reason);
    });

    // A page of 1 MiB was refused as larger than 16 KiB.
    [Fact]
    public void A_large_page_is_taken_whole() => TestApp.Run(async app =>
    {
        var messages = Enumerable.Range(1, 60).Select(seq => new { seq, at = app.Time.GetUtcNow(), body = $"\"{new string('x', 14_000)}\"" });
        var cargo = new { readAt = app.Time.GetUtcNow(), state = "GRACE_PERIOD", epoch = 3, attachedEpoch = 2, correlationId = "c1", instanceId = "i1", mailbox = new { lastSeq = 60, kept = messages } };
        var answer = await app.CallAsync("POST", "/api/import", new { sessions = new[] { new { sessionId = "s1", packageName = TestApp.Package, cargo } } });
        Assert.True(answer.Status == 200, answer.Text);
        await app.Settle();
        var client = await AppClient.AttachAsync(app, lastSeq: 0);
        Assert.Equal(Enumerable.Range(1, 60).Select(seq => (long)seq), client.Messages.Select(message => message.Seq));
    });
}
