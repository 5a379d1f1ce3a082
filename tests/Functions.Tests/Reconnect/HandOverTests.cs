using System.Text.Json;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>A hand-over as two app processes see it, over the host's own edges.</summary>
public sealed class HandOverTests
{
    const string Messages = $"/api/sessions/s1/apps/{TestApp.Package}/messages";

    static Task<TestApp.Answer> NegotiateAsync(TestApp app, string instance, string? takeOver = null, string? version = "2", string session = "s1") => app.CallAsync(
        "POST",
        "/api/negotiate",
        new { sessionId = session, packageName = TestApp.Package, instanceId = instance, reconnect = false },
        [("x-api-key", TestApp.Key), .. version is null ? Array.Empty<(string, string)>() : [("x-lifecycle-version", version)], .. takeOver is null ? Array.Empty<(string, string)>() : [("x-lifecycle-take-over-token", takeOver)]]);

    static async Task<AppClient> AttachAsync(TestApp app, string instance, string? takeOver = null, string? version = "2") =>
        await AppClient.ConnectAsync(app, await NegotiateAsync(app, instance, takeOver, version));

    static async Task<AppClient> RunningAsync(TestApp app)
    {
        await app.StartAsync();
        var client = await AttachAsync(app, "i1");
        await client.Socket.InvokeAsync("setSubscriptions", new[] { "audio" }, 0);
        await app.Settle();
        app.Webhooks.Clear();
        return client;
    }

    static async Task<JsonElement> BodyOf(HttpRequestMessage webhook) =>
        JsonSerializer.Deserialize<JsonElement>(await webhook.Content!.ReadAsByteArrayAsync());

    static async Task<string> AskAsync(TestApp app, AppClient leaving)
    {
        var answer = await leaving.Socket.InvokeAsync("handOver");
        Assert.True(answer!.Value.GetProperty("ok").GetBoolean());
        await app.Settle(200);
        var body = await BodyOf(Assert.Single(app.Webhooks));
        Assert.Equal(("handover_request", "hand_over", "i1"), (body.GetProperty("type").GetString(), body.GetProperty("reason").GetString(), body.GetProperty("leaving").GetString()));
        return body.GetProperty("takeOverToken").GetString()!;
    }

    [Fact]
    public void A_session_goes_to_the_next_process_with_all_that_it_has_and_is_attached_at_every_moment() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        Assert.Equal((2, 25_000), (first.Ack.GetProperty("version").GetInt32(), first.Ack.GetProperty("handOverMs").GetInt32()));
        await app.CallAsync("POST", Messages, new { body = "one" });
        await app.CallAsync("POST", Messages, new { body = "two" });
        var token = await AskAsync(app, first);
        Assert.Equal("RUNNING", await app.StateAsync());

        var second = await AttachAsync(app, "i2", token);
        Assert.True(second.Ack.GetProperty("resumed").GetBoolean() && second.Ack.GetProperty("takenOver").GetBoolean());
        Assert.Equal(first.Ack.GetProperty("correlationId").GetString(), second.Ack.GetProperty("correlationId").GetString());
        Assert.Equal("audio", second.Ack.GetProperty("subscriptions")[0].GetString());
        Assert.True(Assert.Single(first.Of("superseded")).GetProperty("handedOver").GetBoolean());
        Assert.Equal((null, 0), (first.Reason, second.Messages.Count));

        await first.Socket.InvokeAsync("done", new { seq = 1, last = true });
        await app.Settle();
        Assert.Equal([(2, "\"two\"")], second.Messages);
        first.Socket.Close();
        await app.Settle(60_000);
        var session = await app.SessionAsync();
        Assert.Equal(("RUNNING", "i2", "taken_over"), (session.GetProperty("state").GetString(), session.GetProperty("instanceId").GetString(), session.GetProperty("reason").GetString()));
        Assert.Equal((1, 0), (session.GetProperty("tally").GetProperty("takeOvers").GetInt32(), session.GetProperty("tally").GetProperty("graces").GetInt32()));
        Assert.Single(app.Webhooks);
    });

    [Fact]
    public void A_token_that_is_used_takes_nothing_over_a_second_time() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        var token = await AskAsync(app, first);
        var second = await AttachAsync(app, "i2", token);
        var third = await AttachAsync(app, "i3", token);
        Assert.Contains("superseded", third.Reason);
        Assert.Null(second.Reason);
    });

    [Fact]
    public void A_token_that_is_not_good_is_refused_with_what_is_wrong_with_it() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        var token = await AskAsync(app, first);
        Assert.EndsWith("take_over_token_mismatch", Type(await NegotiateAsync(app, "i2", token, session: "s2")), StringComparison.Ordinal);
        Assert.EndsWith("take_over_token_invalid", Type(await NegotiateAsync(app, "i2", token[..^2])), StringComparison.Ordinal);

        // One kind of token is not good for the other.
        Assert.EndsWith("take_over_token_invalid", Type(await NegotiateAsync(app, "i2", first.Token)), StringComparison.Ordinal);
        var asReconnect = await AppClient.NegotiateAsync(app, "i2", token: token);
        Assert.EndsWith("reconnect_token_invalid", Type(asReconnect), StringComparison.Ordinal);

        await app.Settle(3_700_000);
        Assert.EndsWith("take_over_token_expired", Type(await NegotiateAsync(app, "i2", token)), StringComparison.Ordinal);

        static string Type(TestApp.Answer answer)
        {
            Assert.Equal(401, answer.Status);
            return answer.Json.GetProperty("type").GetString()!;
        }
    });

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"seq":-1}""")]
    [InlineData("""{"seq":1,"last":"yes"}""")]
    [InlineData("""{"seq":1,"failed":[1]}""")]
    [InlineData("""{"seq":1,"failed":{}}""")]
    [InlineData("7")]
    public void What_done_cannot_mean_is_a_typed_error(string payload) => TestApp.Run(async app =>
    {
        var client = await RunningAsync(app);
        var answer = await client.Socket.InvokeAsync("done", JsonElement.Parse(payload));
        Assert.Equal("invalid_argument", answer!.Value.GetProperty("error").GetProperty("code").GetString());
    });

    [Theory]
    [InlineData("0")]
    [InlineData("two")]
    [InlineData("1001")]
    public void A_version_that_is_none_is_refused(string version) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var answer = await NegotiateAsync(app, "i1", version: version);
        Assert.Equal(400, answer.Status);
        Assert.True(answer.Json.GetProperty("errors").TryGetProperty("version", out _));
    });

    [Fact]
    public void Whoever_posts_can_wait_until_the_message_is_handled_or_its_handler_has_failed() => TestApp.Run(async app =>
    {
        var client = await RunningAsync(app);
        var handled = app.CallAsync("POST", Messages, new { body = 1, waitMs = 20_000 });
        await app.Settle(500);
        Assert.True(Assert.Single(client.Of("message")).GetProperty("prompt").GetBoolean());
        await client.Socket.InvokeAsync("done", new { seq = 1 });
        Assert.Equal((200, "handled"), Of(await handled));

        var failed = app.CallAsync("POST", Messages, new { body = 2, waitMs = 20_000 });
        await app.Settle(500);
        await client.Socket.InvokeAsync("done", new { seq = 2, failed = new[] { new { seq = 2, error = "no room" } } });
        Assert.Equal((200, "failed"), Of(await failed));

        // Nobody tells: it was sent, and no more is known when the time is over.
        Assert.Equal((200, "sent"), Of(await app.CallAsync("POST", Messages, new { body = 3, waitMs = 1_000 })));
        Assert.Equal(400, (await app.CallAsync("POST", Messages, new { body = 4, waitMs = 25_001 })).Status);

        static (int, string?) Of(TestApp.Answer answer) => (answer.Status, answer.Json.GetProperty("outcome").GetString());
    });

    // A client of the released version: its calls and what it is told are what they were.
    [Fact]
    public void A_client_that_names_no_version_is_not_waited_for() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await AttachAsync(app, "i1", version: null);
        var answer = await app.CallAsync("POST", Messages, new { body = 1, waitMs = 20_000 });
        Assert.Equal("sent", answer.Json.GetProperty("outcome").GetString());
        Assert.False(Assert.Single(client.Of("message")).TryGetProperty("handedOver", out _));
        await app.Settle(200_000);
        Assert.Empty(client.Of("tell"));
        Assert.Equal("RUNNING", await app.StateAsync());
    });
}
