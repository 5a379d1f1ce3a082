using System.Text.Json.Nodes;
using Lifecycle.Compatibility;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Released;

/// <summary>Sessions at a Lifecycle of the released version: they live as they did with the SDK of that version, and say nothing that it does not know.</summary>
public class ReleasedLifecycleTests : ReleasedWorld
{
    [Fact]
    public async Task A_session_subscribes_handles_and_comes_back_with_its_token()
    {
        Server.ConfigureSessions(session => session.ChooseSubscriptions(ack => ack.Subscriptions.Count > 0 ? null : ["audio"]));
        var session = await Server.AttachAsync("s1");
        await SaidAsync("first");
        Assert.Equal((1, false), (session.Ack!.Version, session.Ack.Resumed));
        Assert.Equal("setSubscriptions audio 0", await Lifecycle.Calls.NextAsync());
        var connection = await Lifecycle.Connections.NextAsync();
        await connection.SendAsync("message", ReleasedWire.Server("message"));
        Assert.Equal("1 one", await Messages.NextAsync());

        NextAck = "resumed";
        connection.Drop();
        Assert.True((await Reconnects.NextAsync()).Resumed);
        await SaidAsync("again");
        Assert.Equal(["audio"], session.Subscriptions);
        connection = await Lifecycle.Connections.NextAsync();
        await connection.SendAsync("message", ReleasedWire.Server("message")); // again, and it knows that one
        Assert.True(await Server.ShutdownAsync(ShutdownMode.Drain));
        Assert.True(Messages.IsEmpty && Lifecycle.Calls.IsEmpty);
    }

    [Fact]
    public async Task An_ack_that_wants_init_gets_it()
    {
        (NextAck, Lifecycle.AnswersInit) = ("initWanted", false);
        var attaching = Server.AttachAsync("s3");
        Assert.Equal($"init {ReleasedWire.Read()["apps"]!["dotnet"]!["calls"]!["init"]![0]!.ToJsonString()}", await Lifecycle.Calls.NextAsync());
        Assert.False(attaching.IsCompleted);
        await (await Lifecycle.Connections.NextAsync()).SendAsync("ack", ReleasedWire.Server("acks/afterInit"));
        Assert.Equal(1, (await attaching).Ack!.Version);
    }

    [Theory]
    [InlineData("stop", EndKind.Stopped)]
    [InlineData("superseded", EndKind.Superseded)]
    public async Task The_word_that_it_is_over_ends_it(string target, EndKind end)
    {
        var (session, connection) = await AttachAsync();
        await connection.SendAsync(target, ReleasedWire.Server(target));
        Assert.Equal(end, (await session.Completion).Kind);
        await Eventually.HoldsAsync("the end of the connection", () => connection.Context.ConnectionAborted.IsCancellationRequested);
        Assert.True(Lifecycle.Negotiations.IsEmpty && Lifecycle.Calls.IsEmpty);
    }

    [Fact]
    public async Task A_goodbye_is_a_release()
    {
        var (session, _) = await AttachAsync();
        Assert.True(await Server.ShutdownAsync(ShutdownMode.Goodbye));
        Assert.Equal(("release", EndKind.Released), (await Lifecycle.Calls.NextAsync(), (await session.Completion).Kind));
        Assert.True(Lifecycle.Calls.IsEmpty);
    }

    [Theory]
    [InlineData("reconnect_token_invalid", "reconnect_token_invalid")]
    [InlineData("reconnect_token_expired", "reconnect_token_expired")]
    [InlineData("reconnect_token_mismatch", "reconnect_token_mismatch")]
    [InlineData("service_away", "service_away")]
    [InlineData("engine_busy", "engine_busy")]
    public async Task What_negotiate_refuses_for_now_is_tried_again(string problem, string code)
    {
        var (_, connection) = await AttachAsync();
        await connection.SendAsync("message", ReleasedWire.Server("message"));
        await Messages.NextAsync();
        NextAck = "resumed";
        Problems.Enqueue(problem);
        connection.Drop();
        Assert.Equal(code, (await Refusals.NextAsync()).Code);
        Assert.True((await Reconnects.NextAsync()).Resumed);
        await Lifecycle.Negotiations.NextAsync();
        await SaidAsync(problem.StartsWith("reconnect_token", StringComparison.Ordinal) ? "withoutToken" : "again", attempt: "2");
    }

    [Theory]
    [InlineData("unauthorized", EndKind.Unauthorized)]
    [InlineData("unknown_field", EndKind.Rejected)] // What a field in the body would do: why the version travels in a header.
    public async Task What_negotiate_refuses_for_good_ends_it(string problem, EndKind end)
    {
        Problems.Enqueue(problem);
        var error = await Assert.ThrowsAsync<AttachException>(() => Server.AttachAsync("s1"));
        Assert.Equal(end, error.Reason.Kind);
    }

    /// <summary>The next negotiate was as the released SDK made it, and only headers came to it.</summary>
    async Task SaidAsync(string request, string? attempt = null)
    {
        var (said, recorded) = (await Lifecycle.Negotiations.NextAsync(), Request(request));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(said.Body.GetRawText()), recorded["body"]), $"{said.Body}");
        Assert.Equal(attempt ?? (string?)recorded["headers"]!["x-lifecycle-attempt"], said.Attempt);
        Assert.Equal(("2", null), (said.Version, said.TakeOverToken));
    }
}
