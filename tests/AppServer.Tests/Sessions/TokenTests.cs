using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Reconnect tokens, and refusals that are not the end.</summary>
public class TokenTests : FakeWorld
{
    static IResult Refuse(string type) => Results.Problem("no", statusCode: 401, type: type);

    [Theory]
    [InlineData("reconnect_token_invalid", RefusalCode.ReconnectTokenInvalid)]
    [InlineData("reconnect_token_expired", RefusalCode.ReconnectTokenExpired)]
    [InlineData("reconnect_token_mismatch", RefusalCode.ReconnectTokenMismatch)]
    public async Task A_refused_token_is_forgotten_and_the_next_try_comes_at_once_without_it(string type, string code)
    {
        var (session, connection) = await AttachAsync();
        Lifecycle.Refuse = () => Lifecycle.LastNegotiation.Token is null ? null : Refuse($"urn:lifecycle:problem:{type}");
        Lifecycle.Connected = c => c.AckAsync(resumed: true);
        await connection.MessageAsync(4);
        await Messages.NextAsync();
        connection.Drop();

        Assert.Equal("reconnect-token-1", (await Lifecycle.Negotiations.NextAsync()).Token);
        var again = await Lifecycle.Negotiations.NextAsync();
        Assert.Equal((null, true, "i-1", 4L), (again.Token, again.Reconnect, again["instanceId"], again.LastSeq));
        Assert.True((await Reconnects.NextAsync()).Resumed);
        var refusal = await Refusals.NextAsync();
        Assert.Equal((code, TimeSpan.Zero), (refusal.Code, refusal.RetryIn));
        Assert.Equal(SessionState.Attached, session.State);
    }

    [Theory]
    [InlineData("urn:lifecycle:problem:unauthorized")]
    [InlineData("urn:lifecycle:problem:reconnect_token_other")]
    [InlineData("about:blank")]
    public async Task Any_other_401_is_about_the_key_and_final(string type)
    {
        var (session, connection) = await AttachAsync();
        Lifecycle.Refuse = () => Refuse(type);
        connection.Drop();
        Assert.Equal(new EndReason(EndKind.Unauthorized, "no"), await session.Completion);
    }

    [Fact]
    public async Task A_server_that_refuses_tokens_that_were_not_shown_is_not_asked_in_a_spin()
    {
        var (_, connection) = await AttachAsync();
        Lifecycle.Refuse = () => Refuse("urn:lifecycle:problem:reconnect_token_invalid");
        connection.Drop();
        Assert.Equal(TimeSpan.Zero, (await Refusals.NextAsync()).RetryIn);
        Assert.True((await Refusals.NextAsync()).RetryIn > TimeSpan.Zero);
        Assert.True((await Refusals.NextAsync()).RetryIn > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stale_token_is_forgotten_and_the_next_connection_made_at_once_without_it(bool afterTheAck)
    {
        var (_, connection) = await AttachAsync();
        Lifecycle.Connected = async c =>
        {
            if (Lifecycle.LastNegotiation.Token is null || afterTheAck) await c.AckAsync(resumed: true, token: "reconnect-token-2");
            if (Lifecycle.LastNegotiation.Token is not null) throw new HubException("stale_token");
        };
        connection.Drop();
        Assert.Equal("reconnect-token-1", (await Lifecycle.Negotiations.NextAsync()).Token);
        var again = await Lifecycle.Negotiations.NextAsync();
        Assert.Equal((null, true), (again.Token, again.Reconnect));
        var refusal = await Refusals.NextAsync();
        Assert.Equal((RefusalCode.StaleToken, TimeSpan.Zero), (refusal.Code, refusal.RetryIn));
        Assert.True((await Reconnects.NextAsync()).Resumed);
    }

    [Fact]
    public async Task A_server_that_calls_every_token_stale_right_after_its_ack_is_not_asked_in_a_spin()
    {
        Lifecycle.Connected = async c =>
        {
            await c.AckAsync();
            throw new HubException("stale_token");
        };
        await using var server = new AppServer(
            new AppServerOptions { LifecycleUrl = Lifecycle.Url, PackageName = "com.example.notes", ApiKey = "key-1" }, random: () => 0.5);
        await server.AttachAsync("s1", new AttachOptions { Configure = session => session.OnRefused(Refusals.Add) });
        var waits = new[] { await Refusals.NextAsync(), await Refusals.NextAsync(), await Refusals.NextAsync() }.Select(r => r.RetryIn).ToArray();
        Assert.Equal(TimeSpan.Zero, waits[0]);
        Assert.All(waits[1..], wait => Assert.True(wait > TimeSpan.Zero, $"{wait}"));
    }

    [Fact]
    public async Task A_stale_connect_is_a_loss_like_any_and_keeps_the_token()
    {
        var (session, connection) = await AttachAsync();
        var refusals = 1;
        Lifecycle.Connected = c => refusals-- > 0 ? throw new HubException("stale_connect") : c.AckAsync(resumed: true);
        connection.Drop();
        Assert.Equal("reconnect-token-1", (await Lifecycle.Negotiations.NextAsync()).Token);
        Assert.Equal("reconnect-token-1", (await Lifecycle.Negotiations.NextAsync()).Token);
        var refusal = await Refusals.NextAsync();
        Assert.Equal(RefusalCode.StaleConnect, refusal.Code);
        Assert.True(refusal.RetryIn > TimeSpan.Zero);
        await Reconnects.NextAsync();
        Assert.Equal(SessionState.Attached, session.State);
    }

    [Theory]
    [InlineData(503, RefusalCode.Unavailable)]
    [InlineData(429, RefusalCode.TooManyRequests)]
    [InlineData(500, "http_500")]
    public async Task A_refusal_for_now_is_told_with_its_code_and_when_the_next_try_comes(int status, string code)
    {
        Lifecycle.Refuse = () =>
        {
            Lifecycle.Refuse = () => null;
            return new Later(status);
        };
        await AttachAsync();
        var refusal = await Refusals.NextAsync();
        Assert.Equal((code, TimeSpan.FromSeconds(1)), (refusal.Code, refusal.RetryIn));
        Assert.Contains($"{status}", refusal.Detail);
    }

    [Fact]
    public async Task Nobody_there_and_no_ack_have_codes_too()
    {
        await using var server = Lifecycle.MakeAppServer(options => options.AckTimeout = TimeSpan.FromMilliseconds(100));
        server.ConfigureSessions(session => session.OnRefused(Refusals.Add));
        Lifecycle.Connected = _ => Task.CompletedTask;
        using var enough = new CancellationTokenSource();
        var attach = server.AttachAsync("s1", cancellationToken: enough.Token);
        Assert.Equal(RefusalCode.NoAck, (await Refusals.NextAsync()).Code);
        await Lifecycle.StopAsync();
        Assert.Equal(RefusalCode.Network, (await Refusals.NextAsync()).Code);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attach);
    }

    sealed class Later(int status) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = status;
            http.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        }
    }
}
