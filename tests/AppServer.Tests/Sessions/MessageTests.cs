using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Messages: each once and in order as the app sees them.</summary>
public class MessageTests : FakeWorld
{
    [Fact]
    public async Task What_comes_again_is_dropped()
    {
        var (session, connection) = await AttachAsync();
        foreach (var seq in new[] { 1, 2, 2, 1, 3, 3 }) await connection.MessageAsync(seq);
        await ExpectAsync(1, 2, 3);
        Assert.True(Messages.IsEmpty);
        Assert.Equal(3, session.LastSeq);
    }

    [Fact]
    public async Task The_first_attach_says_no_number_and_a_reconnect_says_the_last_one_that_was_handled()
    {
        await Server.AttachAsync("s1");
        Assert.Null((await Lifecycle.Negotiations.NextAsync()).LastSeq);
        var connection = await Lifecycle.Connections.NextAsync();
        await connection.MessageAsync(5);
        await ExpectAsync(5);
        connection.Drop();
        Assert.Equal(5, (await Lifecycle.Negotiations.NextAsync()).LastSeq);
    }

    [Fact]
    public async Task Over_a_reconnect_the_order_goes_on_and_what_was_handled_does_not_come_again()
    {
        var (_, connection) = await AttachAsync();
        await connection.MessageAsync(1);
        await connection.MessageAsync(2);
        await ExpectAsync(1, 2);
        // The server did not hear that 2 arrived, and sends it again.
        Lifecycle.Connected = async c =>
        {
            await c.AckAsync(resumed: true, seq: 1);
            foreach (var seq in new[] { 2, 3, 4 }) await c.MessageAsync(seq);
        };
        connection.Drop();
        await ExpectAsync(3, 4);
        await (await Lifecycle.Connections.NextAsync()).MessageAsync(5);
        await ExpectAsync(5);
    }

    [Fact]
    public async Task A_resumed_attach_that_is_ahead_moves_the_number_on()
    {
        var (session, connection) = await AttachAsync();
        Lifecycle.Connected = c => c.AckAsync(resumed: true, seq: 9);
        connection.Drop();
        await Reconnects.NextAsync();
        Assert.Equal(9, session.LastSeq);
    }

    [Fact]
    public async Task A_clean_start_forgets_the_old_order()
    {
        var (session, connection) = await AttachAsync();
        await connection.MessageAsync(100);
        await ExpectAsync(100);
        Lifecycle.Connected = async c =>
        {
            await c.AckAsync(resumed: false, seq: 7, correlationId: "c-2");
            await c.MessageAsync(8);
        };
        connection.Drop();
        await ExpectAsync(8);
        Assert.Equal(8, session.LastSeq);
    }

    [Fact]
    public async Task An_ack_that_comes_again_on_a_connection_lets_nothing_be_handled_twice()
    {
        var (_, connection) = await AttachAsync();
        foreach (var seq in new[] { 1, 2 }) await connection.MessageAsync(seq);
        await connection.AckAsync();
        foreach (var seq in new[] { 2, 3 }) await connection.MessageAsync(seq);
        await ExpectAsync(1, 2, 3);
    }

    [Fact]
    public async Task What_comes_before_the_ack_has_no_place_in_the_order()
    {
        Lifecycle.Connected = async c =>
        {
            await c.MessageAsync(50);
            await c.AckAsync(seq: 3);
            await c.MessageAsync(4);
        };
        await AttachAsync();
        await ExpectAsync(4);
    }

    [Fact]
    public async Task A_process_that_kept_its_state_goes_on_behind_the_number_in_it()
    {
        Lifecycle.Connected = async c =>
        {
            await c.AckAsync(resumed: true, seq: 5);
            foreach (var seq in new[] { 6, 7, 8 }) await c.MessageAsync(seq);
        };
        await Server.AttachAsync("s1", new AttachOptions { Reconnect = true, LastSeq = 7 });
        Assert.Equal(7, (await Lifecycle.Negotiations.NextAsync()).LastSeq);
        await ExpectAsync(8);
    }

    [Fact]
    public async Task A_connection_that_is_to_introduce_itself_does_and_counts_from_the_ack_behind_it()
    {
        var acks = 0;
        Lifecycle.Connected = c =>
        {
            acks++;
            return c.AckAsync(initWanted: true, token: null, seq: 77);
        };
        var session = await Server.AttachAsync("s1", new AttachOptions { Reconnect = true, LastSeq = 7 });
        Assert.Equal("""init {"reconnect":true,"instanceId":"i-1"}""", await Lifecycle.Calls.NextAsync());
        Assert.Equal((1, true, 7L), (acks, session.Ack!.Resumed, session.LastSeq));
    }

    [Fact]
    public async Task A_connection_whose_introduction_nobody_answers_is_made_anew()
    {
        await using var server = Lifecycle.MakeAppServer(options => options.CallTimeout = TimeSpan.FromMilliseconds(200));
        Lifecycle.AnswersInit = false;
        Lifecycle.Connected = c =>
        {
            Lifecycle.Connected = next => next.AckAsync();
            return c.AckAsync(initWanted: true);
        };
        var session = await server.AttachAsync("s1");
        Assert.Equal(SessionState.Attached, session.State);
        await Lifecycle.Negotiations.NextAsync();
        await Lifecycle.Negotiations.NextAsync();
    }

    async Task ExpectAsync(params int[] seqs)
    {
        foreach (var seq in seqs) Assert.Equal($"{seq} m{seq}", await Messages.NextAsync());
    }
}
