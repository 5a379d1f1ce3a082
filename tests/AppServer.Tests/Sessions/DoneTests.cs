using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Telling how far the handlers have come: what goes over the wire, and when.</summary>
public class DoneTests : HandlingStory
{
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
            App.RunFor(0.1);
        }
        App.RunFor(3);
        Assert.Equal(perSecond * seconds, Handled.Count);
        Assert.Equal($$"""done {"seq":{{seq}}}""", $"{Calls[^1]}");
        Assert.True(Calls.Count <= seq * mostCallsPerMessage, $"{Calls.Count} calls for {seq} messages");
        for (var i = 1; i < Calls.Count; i++) Assert.True(Calls[i].At - Calls[i - 1].At >= TimeSpan.FromSeconds(1), $"{Calls[i - 1].At:O} {Calls[i].At:O}");
    }

    [Fact]
    public void A_single_message_is_told_after_two_and_a_half_seconds_and_then_there_is_silence()
    {
        AttachHandling();
        Send(1);
        App.RunFor(2.3);
        Assert.Empty(Calls);
        App.RunFor(0.4);
        Assert.Equal(["""done {"seq":1}"""], Said);
        App.RunFor(600);
        Assert.Single(Calls);
    }

    [Fact]
    public void Many_messages_are_told_at_once()
    {
        AttachHandling();
        for (var seq = 1; seq <= 32; seq++) Send(seq);
        App.RunFor(0.1);
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
    public void A_message_that_comes_again_because_somebody_waits_is_told_of_and_notHandled_again()
    {
        AttachHandling();
        Send(1);
        App.RunFor(5);
        Send(1, prompt: true);
        Assert.Equal(["""done {"seq":1}""", """done {"seq":1}"""], Said);
        Assert.Equal([1], Handled);
    }

    // Lifecycle had heard that it was handled, and forgot it in a crash: then it came again for ever, and nobody said anything.
    [Fact]
    public void A_message_that_comes_again_behind_its_done_is_told_of_again_but_not_in_a_hurry()
    {
        AttachHandling();
        Send(1);
        App.RunFor(5);
        Send(1);
        App.RunFor(2.3);
        Assert.Single(Calls);
        App.RunFor(0.4);
        Assert.Equal(["""done {"seq":1}""", """done {"seq":1}"""], Said);
        Assert.Equal([1], Handled);
    }

    [Fact]
    public void A_message_that_comes_again_while_its_handler_runs_is_told_of_as_soon_as_that_returns()
    {
        var finish = new TaskCompletionSource();
        App.Attach();
        App.Session.OnMessage(_ => finish.Task);
        Send(1);
        Send(1, prompt: true);
        Assert.Empty(Calls);
        App.Run(finish.SetResult);
        Assert.Equal(["""done {"seq":1}"""], Said);
    }

    [Fact]
    public void What_fails_is_named_with_its_error()
    {
        App.Attach();
        App.Session.OnMessage(message => message.Seq == 2 ? throw new FormatException("not a note") : Task.CompletedTask);
        for (var seq = 1; seq <= 3; seq++) Send(seq);
        App.RunFor(3);
        Assert.Equal(["""done {"seq":3,"failed":[{"seq":2,"error":"FormatException: not a note"}]}"""], Said);
    }

    [Fact]
    public void A_message_isHandled_when_every_handler_has_returned()
    {
        var finish = new TaskCompletionSource();
        AttachHandling();
        App.Session.OnMessage(_ => finish.Task);
        Send(1);
        App.RunFor(10);
        Assert.Empty(Calls);
        App.Run(finish.SetResult);
        App.RunFor(3);
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
        App.Attach();
        App.Session.OnMessage(message => message.Seq == 2 ? new TaskCompletionSource().Task : Task.CompletedTask);
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
        App.Engine.Seq = 12;
        App.Attach();
        Ask();
        Assert.Equal(["""done {"seq":12}"""], Said);
    }

    [Fact]
    public void A_clean_start_counts_anew_and_says_nothing_of_the_old_life()
    {
        var finish = new TaskCompletionSource();
        AttachHandling();
        App.Session.OnMessage(message => message.Seq == 101 ? finish.Task : Task.CompletedTask);
        Send(100);
        Send(101);
        (App.Engine.Resumes, App.Engine.Seq) = (false, 0);
        App.Run(App.Engine.Sockets[0].Lose);
        App.RunFor(1);
        App.Run(finish.SetResult);
        App.RunFor(10);
        Assert.Empty(Calls);
        App.Run(() => App.Engine.Sockets[1].Message(1));
        App.RunFor(3);
        Assert.Equal(["""done {"seq":1}"""], Said);
    }

    [Fact]
    public void An_ack_that_comes_again_changes_nothing()
    {
        AttachHandling();
        Send(1);
        App.Engine.Seq = 0;
        App.Run(App.Engine.Sockets[0].Ack);
        App.RunFor(3);
        Assert.Equal(["""done {"seq":1}"""], Said);
    }
}
