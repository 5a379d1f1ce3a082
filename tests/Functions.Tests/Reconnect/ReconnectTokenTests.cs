namespace Lifecycle.Functions.Tests.Reconnect;

public sealed class ReconnectTokenTests
{
    static async Task<AppClient> RunningAsync(TestApp app)
    {
        await app.StartAsync();
        return await AppClient.AttachAsync(app);
    }

    [Fact]
    public void A_token_takes_the_session_up_where_it_was_whatever_the_hint_says() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        first.Socket.Drop();
        await app.Settle();
        var second = await AppClient.AttachAsync(app, reconnect: false, token: first.Token);
        Assert.True(second.Ack.GetProperty("resumed").GetBoolean());
        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal(first.Ack.GetProperty("correlationId").GetString(), second.Ack.GetProperty("correlationId").GetString());
    });

    [Fact]
    public void A_token_that_was_used_attaches_nobody_and_says_so() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        first.Socket.Drop();
        await app.Settle();
        var second = await AppClient.AttachAsync(app, token: first.Token);

        var replayed = await AppClient.AttachAsync(app, token: first.Token);

        Assert.Contains("stale_token", replayed.Reason);
        Assert.Empty(replayed.Of("ack"));
        Assert.Null(second.Reason);
        var session = await app.SessionAsync();
        Assert.Equal(second.Socket.ConnectionId, session.GetProperty("connectionId").GetString());
        // The refused connection, and its end.
        Assert.Equal(2, session.GetProperty("tally").GetProperty("stale").GetInt32());
    });

    // One access token opened two sockets, and both were attached in turn.
    [Fact]
    public void A_second_socket_with_the_same_negotiation_is_refused() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        first.Socket.Drop();
        await app.Settle();
        var negotiated = await AppClient.NegotiateAsync(app, token: first.Token);
        var second = await AppClient.ConnectAsync(app, negotiated);
        var third = await AppClient.ConnectAsync(app, negotiated);
        Assert.Null(second.Reason);
        Assert.Contains("stale_token", third.Reason);
    });

    [Fact]
    public void A_copied_token_takes_the_session_over_and_the_two_are_never_both_attached() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        var copier = await AppClient.AttachAsync(app, token: first.Token);
        Assert.Contains("superseded", first.Reason);
        Assert.Equal("superseded", first.Of("superseded").Single().GetProperty("reason").GetString());
        Assert.Null(copier.Reason);

        // The first comes again: its token is spent, and without one the later negotiation wins.
        var refused = await AppClient.AttachAsync(app, token: first.Token);
        Assert.Contains("stale_token", refused.Reason);
        var again = await AppClient.AttachAsync(app, reconnect: true);
        Assert.Null(again.Reason);
        Assert.Contains("superseded", copier.Reason);
    });

    [Theory]
    [InlineData("reconnect_token_invalid", "i1", "s1", "nonsense")]
    [InlineData("reconnect_token_invalid", "i1", "s1", "damaged")]
    [InlineData("reconnect_token_mismatch", "i2", "s1", "good")]
    [InlineData("reconnect_token_mismatch", "i1", "s2", "good")]
    [InlineData("reconnect_token_expired", "i1", "s1", "old")]
    public void A_token_that_is_not_good_is_refused_at_negotiate(string code, string instance, string session, string kind) => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        var token = kind switch
        {
            "nonsense" => "lrt1.a.b.c",
            // The last character has bits that do not count: another one in the middle damages it for certain.
            "damaged" => first.Token[..^10] + (first.Token[^10] == 'A' ? 'B' : 'A') + first.Token[^9..],
            _ => first.Token,
        };
        await app.Settle(kind == "old" ? TimeSpan.FromDays(7.1).TotalMilliseconds : 1);

        var answer = await AppClient.NegotiateAsync(app, instance, token: token, session: session);

        Assert.Equal((401, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal($"urn:lifecycle:problem:{code}", answer.Json.GetProperty("type").GetString());
        Assert.DoesNotContain(token, answer.Text);
    });

    [Fact]
    public void An_app_that_lost_its_ack_comes_back_without_the_token() => TestApp.Run(async app =>
    {
        var first = await RunningAsync(app);
        first.Socket.Drop();
        await app.Settle();
        (await AppClient.AttachAsync(app, token: first.Token)).Socket.Drop(); // it never saw this ack
        await app.Settle();
        Assert.Contains("stale_token", (await AppClient.AttachAsync(app, token: first.Token)).Reason);
        var back = await AppClient.AttachAsync(app, reconnect: true);
        Assert.True(back.Ack.GetProperty("resumed").GetBoolean());
    });
}
