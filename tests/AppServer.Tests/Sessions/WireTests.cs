using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Version 2 of the wire over real sockets: what is said and heard, word for word.</summary>
public class WireTests : FakeWorld
{
    private protected override void Configure(AppServerOptions options) => options.CallTimeout = TimeSpan.FromSeconds(5);

    public WireTests() => _connected = connection => connection.AckAsync(wireVersion: 2);

    Func<FakeLifecycle.FakeConnection, Task> _connected;

    [Fact]
    public async Task A_message_that_somebody_waits_for_is_told_of_at_once()
    {
        var (_, connection) = await AttachV2Async();
        await connection.MessageAsync(1, prompt: true);
        Assert.Equal("""done {"seq":1}""", await Lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task The_question_how_far_it_is_is_answered()
    {
        var (_, connection) = await AttachV2Async();
        await connection.SendAsync("tell", new { });
        Assert.Equal("""done {"seq":0}""", await Lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task A_hand_over_is_asked_for_and_made_way_for()
    {
        var (session, connection) = await AttachV2Async();
        var shutdown = Server.ShutdownAsync(ShutdownMode.HandOver);
        Assert.Equal("handOver {}", await Lifecycle.Calls.NextAsync());
        await connection.SendAsync("superseded", new { reason = "superseded", handedOver = true });
        Assert.Equal("""done {"seq":0,"last":true}""", await Lifecycle.Calls.NextAsync());
        Assert.True(await shutdown);
        Assert.Equal(EndKind.Superseded, (await session.Completion).Kind);
        await Eventually.HoldsAsync("the end of the connection", () => connection.Context.ConnectionAborted.IsCancellationRequested);
    }

    [Fact]
    public async Task A_successor_shows_its_token_and_learns_that_it_has_taken_over()
    {
        _connected = connection => connection.AckAsync(resumed: true, wireVersion: 2, takenOver: true);
        var (session, _) = await AttachV2Async(new AttachOptions { TakeOverToken = "take-1" });
        Assert.Equal(("take-1", "2"), (Lifecycle.LastNegotiation.TakeOverToken, Lifecycle.LastNegotiation.Version));
        Assert.True(session.Ack is { Resumed: true, TakenOver: true });
    }

    [Fact]
    public async Task A_move_to_another_Lifecycle_ends_with_a_goodbye_at_the_first()
    {
        await using var other = await FakeLifecycle.StartAsync();
        var (session, connection) = await AttachV2Async();
        await connection.SendAsync("move", new { afterMs = 0, url = other.Url });
        await other.Negotiations.NextAsync();
        Assert.Equal("release", await Lifecycle.Calls.NextAsync());
        await Eventually.HoldsAsync("the end of the old connection", () => connection.Context.ConnectionAborted.IsCancellationRequested);
        Assert.Equal(SessionState.Attached, session.State);
        await (await other.Connections.NextAsync()).MessageAsync(1);
        Assert.Equal("1 m1", await Messages.NextAsync());
    }

    [Fact]
    public async Task A_move_to_a_new_connection_keeps_the_session()
    {
        var (session, connection) = await AttachV2Async();
        await connection.SendAsync("move", new { afterMs = 0 });
        await Lifecycle.Negotiations.NextAsync();
        await Eventually.HoldsAsync("the end of the old connection", () => connection.Context.ConnectionAborted.IsCancellationRequested);
        Assert.Equal(SessionState.Attached, session.State);
        Assert.True(Lifecycle.Calls.IsEmpty);
    }

    // A server of a later version may leave a field out or say null; an ack that could not be read would be no ack.
    [Fact]
    public async Task Absent_fields_may_be_null()
    {
        var (_, connection) = await AttachAsync();
        await connection.MessageAsync(1, prompt: null);
        await connection.SendAsync("move", new { afterMs = (int?)null, url = (string?)null });
        Assert.Equal("1 m1", await Messages.NextAsync());
        await Lifecycle.Negotiations.NextAsync();
    }

    [Theory]
    [InlineData("tell")]
    [InlineData("Move")]
    public async Task The_protocols_own_words_are_no_streams(string target)
    {
        var (session, _) = await AttachAsync();
        Assert.Throws<ArgumentException>(() => session.On(target, _ => Task.CompletedTask));
    }

    Task<(AttachedSession Session, FakeLifecycle.FakeConnection Connection)> AttachV2Async(AttachOptions? options = null)
    {
        Lifecycle.Connected = _connected;
        return AttachAsync(options);
    }
}
