using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Telling how far the handlers have come, to a Lifecycle that does not hear it.</summary>
public class DoneTroubleTests : HandlingStory
{
    [Fact]
    public void What_could_not_be_told_is_told_over_the_next_connection()
    {
        AttachHandling();
        App.Session.OnMessage(message => message.Seq == 1 ? throw new FormatException("no") : Task.CompletedTask);
        Send(1);
        App.Engine.Answer = call => throw new InvalidOperationException("connection lost");
        App.RunFor(2.7);
        Send(2);
        App.Engine.Answer = _ => Task.CompletedTask;
        App.Run(App.Engine.Sockets[0].Lose);
        App.RunFor(4);
        var made = Calls.Where(call => call.Socket == App.Engine.Sockets[1]);
        Assert.Equal(["""done {"seq":2,"failed":[{"seq":1,"error":"FormatException: no"}]}"""], made.Select(call => $"{call}"));
    }

    [Fact]
    public void An_old_Lifecycle_is_told_nothing()
    {
        App.Engine.Version = 1;
        AttachHandling();
        for (var seq = 1; seq <= 100; seq++) Send(seq, prompt: true);
        Ask();
        App.RunFor(60);
        Assert.Equal(100, Handled.Count);
        Assert.Empty(Calls);
    }

    [Fact]
    public void A_Lifecycle_that_became_old_is_told_nothing_and_one_that_became_new_only_what_is_new()
    {
        AttachHandling();
        Send(1);
        App.Engine.Version = 1;
        App.Run(App.Engine.Sockets[0].Lose);
        App.RunFor(1);
        App.Run(() => App.Engine.Sockets[1].Message(2));
        App.RunFor(10);
        Assert.Empty(Calls);
        App.Engine.Version = 2;
        App.Run(App.Engine.Sockets[1].Lose);
        App.RunFor(10);
        Assert.Empty(Calls);
        App.Run(() => App.Engine.Sockets[2].Message(3));
        App.RunFor(3);
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
        App.Engine.Answer = _ => throw refusal;
        AttachHandling();
        for (var seq = 1; seq <= 100; seq++)
        {
            Send(seq);
            App.RunFor(1);
        }
        Assert.Equal((SessionState.Attached, 100, 1), (App.Session.State, Handled.Count, App.Engine.Sockets.Count));
        Assert.InRange(Calls.Count, 4, 8);
    }

    [Fact]
    public void Calls_that_nobody_answers_are_given_up_and_made_again()
    {
        App.Engine.Answer = _ => new TaskCompletionSource().Task;
        AttachHandling();
        Send(1);
        App.RunFor(60);
        Assert.Equal(SessionState.Attached, App.Session.State);
        Assert.InRange(Calls.Count, 2, 6);
        Assert.All(Calls, call => Assert.Equal("""done {"seq":1}""", $"{call}"));
    }
}
