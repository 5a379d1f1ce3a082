using System.Text;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

public sealed class MessageTests
{
    const string Path = $"/api/sessions/s1/apps/{TestApp.Package}/messages";

    static Task<TestApp.Answer> PostAsync(TestApp app, object body, string? id = null) => app.CallAsync("POST", Path, new { body, id });

    static (string? Outcome, long Seq, string? State) Of(TestApp.Answer answer) => (
        answer.Json.GetProperty("outcome").GetString(), answer.Json.GetProperty("seq").GetInt64(), answer.Json.GetProperty("state").GetString());

    static async Task<AppClient> RunningAsync(TestApp app)
    {
        await app.StartAsync();
        return await AppClient.AttachAsync(app);
    }

    [Fact]
    public void A_message_to_an_attached_app_is_sent_at_once() => TestApp.Run(async app =>
    {
        var client = await RunningAsync(app);
        var answer = await PostAsync(app, new { text = "hello", n = new[] { 1, 2 } });
        await app.Settle();
        Assert.Equal(200, answer.Status);
        Assert.Equal(("sent", 1, "RUNNING"), Of(answer));
        Assert.Equal([(1, """{"text":"hello","n":[1,2]}""")], client.Messages);
    });

    [Fact]
    public void Messages_of_a_grace_window_come_in_order_with_the_reconnect_and_those_that_were_lost_in_the_socket_too() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        await PostAsync(app, 1);
        await PostAsync(app, 2);
        await app.Settle();
        first.Socket.Drop();
        await app.Settle();
        Assert.Equal(("buffered", 3, "GRACE_PERIOD"), Of(await PostAsync(app, 3)));
        Assert.Equal(202, (await PostAsync(app, 4)).Status);

        // The app has handled only the first; the second was in the socket when it died.
        var second = await AppClient.AttachAsync(app, token: first.Token, lastSeq: 1);

        Assert.Equal([(2, "2"), (3, "3"), (4, "4")], second.Messages);
        Assert.Equal((1, 0), (second.Ack.GetProperty("seq").GetInt64(), second.Ack.GetProperty("missed").GetInt32()));
        Assert.Equal("ack", second.Received[0].Target);
    });

    [Fact]
    public void A_full_buffer_refuses_and_the_ack_says_how_many() => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { bufferedMessages = 2 });
        var first = await RunningAsync(app);
        first.Socket.Drop();
        await app.Settle();
        await PostAsync(app, 1);
        await PostAsync(app, 2);
        var refused = await PostAsync(app, 3);
        Assert.Equal((409, "urn:lifecycle:problem:buffer_full", "GRACE_PERIOD"),
            (refused.Status, refused.Json.GetProperty("type").GetString(), refused.Json.GetProperty("state").GetString()));
        var second = await AppClient.AttachAsync(app, reconnect: true);
        Assert.Equal([(1, "1"), (2, "2")], second.Messages);
        Assert.Equal(1, second.Ack.GetProperty("missed").GetInt32());
    });

    // 64 KiB of messages, as they came, were 276 KiB of state: six bytes for each quote, and for each letter beyond ASCII.
    [Theory]
    [InlineData(null, 45 * 1024)]
    [InlineData(524_288, 1024 * 1024)]
    public void A_full_buffer_makes_no_larger_state_than_durable_backends_take(int? bufferedBytes, int most) => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { bufferedBytes, bufferedMessages = 10_000 });
        var first = await RunningAsync(app);
        first.Socket.Drop();
        await app.Settle();
        var body = Enumerable.Repeat(new { note = "\"é世😀\\" }, 100).ToArray();
        TestApp.Answer answer;
        do
        {
            answer = await PostAsync(app, body);
        }
        while (answer.Status == 202);

        Assert.Equal(409, answer.Status);
        var stored = Encoding.UTF8.GetByteCount(app.Everything().Split('\n').Single(line => line.StartsWith("@appsession@s1", StringComparison.Ordinal)));
        Assert.InRange(stored, (bufferedBytes ?? 32_768) / 2, most);
    });

    [Fact]
    public void A_fresh_start_gets_nothing_of_before() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        await PostAsync(app, 1);
        await app.Settle();
        first.Socket.Drop();
        await app.Settle();
        await PostAsync(app, 2);
        var fresh = await AppClient.AttachAsync(app, "i2", reconnect: false);
        Assert.Empty(fresh.Messages);
        Assert.Equal((2, 1, false), (fresh.Ack.GetProperty("seq").GetInt64(), fresh.Ack.GetProperty("missed").GetInt32(), fresh.Ack.GetProperty("resumed").GetBoolean()));
        Assert.Equal(("sent", 3, "RUNNING"), Of(await PostAsync(app, 3)));
    });

    [Fact]
    public void The_same_message_again_is_answered_the_same_and_delivered_once() => TestApp.Run(async app =>
    {
        var client = await RunningAsync(app);
        var answers = new[] { await PostAsync(app, "x", "order-1"), await PostAsync(app, "x", "order-1") };
        await app.Settle();
        Assert.Equal(answers[0].Text, answers[1].Text);
        Assert.Single(client.Messages);
    });

    [Theory]
    [InlineData("stop", "STOPPED")]
    [InlineData("none", "STARTING")]
    public void A_message_to_an_app_that_keeps_no_state_is_refused_with_the_state(string then, string state) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        if (then == "stop")
        {
            await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop");
            await app.Settle();
        }

        var answer = await PostAsync(app, 1);
        Assert.Equal((409, "urn:lifecycle:problem:not_attached", state),
            (answer.Status, answer.Json.GetProperty("type").GetString(), answer.Json.GetProperty("state").GetString()));
    });

    // The close of the socket was never reported; messages were answered "sent" and nobody got them.
    [Fact]
    public void A_message_that_finds_no_connection_reports_the_loss_at_once() => TestApp.Run(async app =>
    {
        var service = app.Services.GetRequiredService<SignalRServiceCore>();
        var first = await RunningAsync(app);
        service.Faults.Add(new UpstreamFault { Kind = UpstreamFaultKind.Lose, Event = "disconnected" });
        first.Socket.Drop();
        await app.Settle();
        Assert.Equal("RUNNING", await app.StateAsync());

        Assert.Equal(("buffered", 1, "GRACE_PERIOD"), Of(await PostAsync(app, 1)));
        var second = await AppClient.AttachAsync(app, token: first.Token, lastSeq: 0);
        Assert.Equal([(1, "1")], second.Messages);
    });
}
