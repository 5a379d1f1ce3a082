using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Telling how far the handlers have come: what goes over the wire, and when.</summary>
public class DoneTests
{
    readonly VirtualApp _app = new();
    readonly List<long> _handled = [];

    [Theory]
    [InlineData(1, 60, 0.5)]
    [InlineData(10, 60, 0.1)]
    [InlineData(50, 20, 0.04)]
    public void Messages_come_steadily_and_few_calls_tell_of_them(int perSecond, int seconds, double mostCallsPerMessage)
    {
        AttachHandling();
        var seq = 0;
        for (var tenth = 0; tenth < seconds * 10; tenth++)
        {
            while (seq < (tenth + 1) * perSecond / 10) Send(++seq);
            _app.RunFor(0.1);
        }
        _app.RunFor(3);
        Assert.Equal(perSecond * seconds, _handled.Count);
        Assert.Equal($$"""done {"seq":{{seq}}}""", $"{Calls[^1]}");
        Assert.True(Calls.Count <= seq * mostCallsPerMessage, $"{Calls.Count} calls for {seq} messages");
        for (var i = 1; i < Calls.Count; i++) Assert.True(Calls[i].At - Calls[i - 1].At >= TimeSpan.FromSeconds(1), $"{Calls[i - 1].At:O} {Calls[i].At:O}");
    }

    [Fact]
    public void A_single_message_is_told_after_two_and_a_half_seconds_and_then_there_is_silence()
    {
        AttachHandling();
        Send(1);
        _app.RunFor(2.3);
        Assert.Empty(Calls);
        _app.RunFor(0.4);
        Assert.Equal(["""done {"seq":1}"""], Said);
        _app.RunFor(600);
        Assert.Single(Calls);
    }

    [Fact]
    public void Many_messages_are_told_at_once()
    {
        AttachHandling();
        for (var seq = 1; seq <= 32; seq++) Send(seq);
        _app.RunFor(0.1);
        Assert.Equal(["""done {"seq":32}"""], Said);
    }

    [Fact]
    public void Somebody_waits_and_is_told_at_once_each_time()
    {
        AttachHandling();
        Send(1);
        Send(2, prompt: true);
        Assert.Equal(["""done {"seq":2}"""], Said);
        Send(3, prompt: true);
        Assert.Equal("""done {"seq":3}""", Said[^1]);
    }

    [Fact]
    public void A_message_that_comes_again_because_somebody_waits_is_told_of_and_not_handled_again()
    {
        AttachHandling();
        Send(1);
        _app.RunFor(5);
        Send(1, prompt: true);
        Assert.Equal(["""done {"seq":1}""", """done {"seq":1}"""], Said);
        Assert.Equal([1], _handled);
    }

    [Fact]
    public void A_message_that_comes_again_while_its_handler_runs_is_told_of_as_soon_as_that_returns()
    {
        var finish = new TaskCompletionSource();
        _app.Attach();
        _app.Session.OnMessage(_ => finish.Task);
        Send(1);
        Send(1, prompt: true);
        Assert.Empty(Calls);
        _app.Run(finish.SetResult);
        Assert.Equal(["""done {"seq":1}"""], Said);
    }

    [Fact]
    public void What_fails_is_named_with_its_error()
    {
        _app.Attach();
        _app.Session.OnMessage(message => message.Seq == 2 ? throw new FormatException("not a note") : Task.CompletedTask);
        for (var seq = 1; seq <= 3; seq++) Send(seq);
        _app.RunFor(3);
        Assert.Equal(["""done {"seq":3,"failed":[{"seq":2,"error":"FormatException: not a note"}]}"""], Said);
    }

    [Fact]
    public void A_message_is_handled_when_every_handler_has_returned()
    {
        var finish = new TaskCompletionSource();
        AttachHandling();
        _app.Session.OnMessage(_ => finish.Task);
        Send(1);
        _app.RunFor(10);
        Assert.Empty(Calls);
        _app.Run(finish.SetResult);
        _app.RunFor(3);
        Assert.Equal(["""done {"seq":1}"""], Said);
    }

    [Fact]
    public void Sent_again_in_order_and_set_aside_in_the_end()
    {
        var app = new VirtualApp(change: options => options.OnFailedMessage = FailedMessageMode.SendAgain);
        List<long> runs = [];
        app.Attach();
        app.Session.OnMessage(message =>
        {
            runs.Add(message.Seq);
            return message.Seq == 1 ? throw new FormatException("no") : Task.CompletedTask;
        });
        app.Run(() =>
        {
            app.Engine.Sockets[0].Message(1);
            app.Engine.Sockets[0].Message(2);
        });
        app.RunFor(2.5);
        Assert.Equal([1, 1], runs);
        app.RunFor(5);
        Assert.Equal([1, 1, 1, 2], runs);
        Assert.Equal("""done {"seq":2,"failed":[{"seq":1,"error":"FormatException: no"}]}""", $"{app.Engine.Calls.Single()}");
    }

    // A deaf app could not be told from a slow one: the answer queued behind the handler that hung.
    [Fact]
    public void A_handler_hangs_and_the_question_how_far_it_is_gets_its_answer()
    {
        _app.Attach();
        _app.Session.OnMessage(message => message.Seq == 2 ? new TaskCompletionSource().Task : Task.CompletedTask);
        Send(1);
        Send(2);
        Ask();
        Assert.Equal(["""done {"seq":1}"""], Said);
        Ask();
        Assert.Equal("""done {"seq":1}""", Said[^1]);
    }

    [Fact]
    public void Asked_before_any_message_it_says_where_it_began()
    {
        _app.Engine.Seq = 12;
        _app.Attach();
        Ask();
        Assert.Equal(["""done {"seq":12}"""], Said);
    }

    [Fact]
    public void What_could_not_be_told_is_told_over_the_next_connection()
    {
        AttachHandling();
        _app.Session.OnMessage(message => message.Seq == 1 ? throw new FormatException("no") : Task.CompletedTask);
        Send(1);
        _app.Engine.Answer = call => throw new InvalidOperationException("connection lost");
        _app.RunFor(2.7);
        Send(2);
        _app.Engine.Answer = _ => Task.CompletedTask;
        _app.Run(_app.Engine.Sockets[0].Lose);
        _app.RunFor(4);
        var made = Calls.Where(call => call.Socket == _app.Engine.Sockets[1]);
        Assert.Equal(["""done {"seq":2,"failed":[{"seq":1,"error":"FormatException: no"}]}"""], made.Select(call => $"{call}"));
    }

    [Fact]
    public void A_clean_start_counts_anew_and_says_nothing_of_the_old_life()
    {
        var finish = new TaskCompletionSource();
        AttachHandling();
        _app.Session.OnMessage(message => message.Seq == 101 ? finish.Task : Task.CompletedTask);
        Send(100);
        Send(101);
        (_app.Engine.Resumes, _app.Engine.Seq) = (false, 0);
        _app.Run(_app.Engine.Sockets[0].Lose);
        _app.RunFor(1);
        _app.Run(finish.SetResult);
        _app.RunFor(10);
        Assert.Empty(Calls);
        _app.Run(() => _app.Engine.Sockets[1].Message(1));
        _app.RunFor(3);
        Assert.Equal(["""done {"seq":1}"""], Said);
    }

    [Fact]
    public void An_ack_that_comes_again_changes_nothing()
    {
        AttachHandling();
        Send(1);
        _app.Engine.Seq = 0;
        _app.Run(_app.Engine.Sockets[0].Ack);
        _app.RunFor(3);
        Assert.Equal(["""done {"seq":1}"""], Said);
    }

    [Fact]
    public void An_old_Lifecycle_is_told_nothing()
    {
        _app.Engine.Version = 1;
        AttachHandling();
        for (var seq = 1; seq <= 100; seq++) Send(seq, prompt: true);
        Ask();
        _app.RunFor(60);
        Assert.Equal(100, _handled.Count);
        Assert.Empty(Calls);
    }

    [Fact]
    public void A_Lifecycle_that_became_old_is_told_nothing_and_one_that_became_new_only_what_is_new()
    {
        AttachHandling();
        Send(1);
        _app.Engine.Version = 1;
        _app.Run(_app.Engine.Sockets[0].Lose);
        _app.RunFor(1);
        _app.Run(() => _app.Engine.Sockets[1].Message(2));
        _app.RunFor(10);
        Assert.Empty(Calls);
        _app.Engine.Version = 2;
        _app.Run(_app.Engine.Sockets[1].Lose);
        _app.RunFor(10);
        Assert.Empty(Calls);
        _app.Run(() => _app.Engine.Sockets[2].Message(3));
        _app.RunFor(3);
        Assert.Equal(["""done {"seq":3}"""], Said);
    }

    public static TheoryData<Exception> Refusals => new()
    {
        new HubException("Method does not exist."),
        new HubCallException("done", "invalid_argument", "no"),
    };

    [Theory, MemberData(nameof(Refusals))]
    public void Every_call_is_refused_and_the_session_lives_on_and_asks_seldom(Exception refusal)
    {
        _app.Engine.Answer = _ => throw refusal;
        AttachHandling();
        for (var seq = 1; seq <= 100; seq++)
        {
            Send(seq);
            _app.RunFor(1);
        }
        Assert.Equal((SessionState.Attached, 100, 1), (_app.Session.State, _handled.Count, _app.Engine.Sockets.Count));
        Assert.InRange(Calls.Count, 4, 8);
    }

    [Fact]
    public void Calls_that_nobody_answers_are_given_up_and_made_again()
    {
        _app.Engine.Answer = _ => new TaskCompletionSource().Task;
        AttachHandling();
        Send(1);
        _app.RunFor(60);
        Assert.Equal(SessionState.Attached, _app.Session.State);
        Assert.InRange(Calls.Count, 2, 6);
        Assert.All(Calls, call => Assert.Equal("""done {"seq":1}""", $"{call}"));
    }

    IReadOnlyList<SlowEngine.HubCall> Calls => _app.Engine.Calls;

    List<string> Said => [.. Calls.Select(call => $"{call}")];

    void AttachHandling()
    {
        _app.Attach();
        _app.Session.OnMessage(message =>
        {
            _handled.Add(message.Seq);
            return Task.CompletedTask;
        });
    }

    void Send(long seq, bool prompt = false) => _app.Run(() => _app.Engine.Sockets[^1].Message(seq, prompt));

    void Ask() => _app.Run(_app.Engine.Sockets[^1].Tell);
}
