using System.Text.Json;
using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>A process that is asked to take a session over, with the token of the webhook.</summary>
public class TakeOverTests
{
    readonly VirtualApp _app = new();

    [Fact]
    public void The_token_is_shown_until_the_first_ack_and_never_again()
    {
        _app.Engine.AwayFor = 2;
        Ask("take-1");
        _app.RunFor(1);
        _app.Engine.AwayFor = null;
        _app.RunFor(3);
        Assert.Equal(SessionState.Attached, _app.Session.State);
        _app.Run(_app.Engine.Sockets[0].Lose);
        _app.RunFor(1);
        Assert.Equal([("take-1", null), ("take-1", null), (null, "t1")], _app.Engine.Tries.Select(known => (known.TakeOverToken, known.Token)));
        Assert.All(_app.Engine.Tries, known => Assert.Equal("2", known.Version));
    }

    [Fact]
    public void An_own_handler_passes_it_on()
    {
        _app.Run(() => _ = _app.Server.AttachAsync("s1", new AttachOptions { TakeOverToken = "take-1" }));
        Assert.Equal("take-1", _app.Engine.Tries.Single().TakeOverToken);
    }

    [Theory]
    [InlineData(RefusalCode.TakeOverTokenInvalid)]
    [InlineData(RefusalCode.TakeOverTokenExpired)]
    [InlineData(RefusalCode.TakeOverTokenMismatch)]
    public void A_token_that_is_refused_is_forgotten_and_the_next_try_comes_at_once_without_it(string code)
    {
        _app.Engine.Refusal = known => known.TakeOverToken is null ? null : SlowEngine.Problem(401, code);
        Ask("take-1");
        Assert.Equal(["take-1", null], _app.Engine.Tries.Select(known => known.TakeOverToken));
        Assert.Equal((SessionState.Attached, code, TimeSpan.Zero), (_app.Session.State, _app.Refusals.Single().Code, _app.Refusals.Single().RetryIn));
    }

    [Fact]
    public void A_token_that_was_used_already_ends_the_session()
    {
        _app.Engine.OpenError = "The server closed the connection with the following error: superseded";
        Ask("take-1");
        Assert.Equal(EndKind.Superseded, _app.Ends.Single().Kind);
        Assert.Single(_app.Engine.Tries);
    }

    [Fact]
    public void A_session_that_is_attached_here_has_nothing_to_take()
    {
        _app.Attach();
        Ask("take-1");
        _app.RunFor(5);
        Assert.Equal((SessionState.Attached, 1, 0, 0), (_app.Session.State, _app.Engine.Sockets.Count, _app.Engine.Tries.Count, _app.Engine.Calls.Count));
        _app.Run(_app.Engine.Sockets[0].Lose);
        _app.RunFor(1);
        Assert.Null(_app.Engine.Tries.Single().TakeOverToken);
    }

    [Fact]
    public void A_session_that_waits_to_reconnect_uses_it_now_and_falls_back_on_its_own()
    {
        _app.Attach();
        _app.Engine.AwayFor = 200;
        _app.Run(_app.Engine.Sockets[0].Lose);
        _app.RunFor(10);
        _app.Engine.AwayFor = null;
        _app.Engine.Tries.Clear();
        _app.Engine.Refusal = known => known.TakeOverToken is null ? null : SlowEngine.Problem(401, RefusalCode.TakeOverTokenExpired);
        Ask("take-2");
        Assert.Equal([("take-2", null), (null, "t1")], _app.Engine.Tries.Select(known => (known.TakeOverToken, known.Token)));
        Assert.Equal(SessionState.Attached, _app.Session.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("line\nbreak")]
    [InlineData("ünicode")]
    public void What_cannot_be_a_token_is_refused_before_anything_is_sent(string token)
    {
        Assert.Throws<ArgumentException>(() => _app.Server.Begin("s1", token));
        Assert.Null(_app.Server.Find("s1"));
    }

    [Fact]
    public void The_token_is_in_no_text()
    {
        var webhook = Request("take-1");
        var options = new AttachOptions { TakeOverToken = "take-1" };
        Assert.DoesNotContain("take-1", $"{webhook}{options}{JsonSerializer.Serialize(webhook)}{JsonSerializer.Serialize(options)}");
    }

    void Ask(string token) => _app.Run(() =>
    {
        var answer = new AttachingWebhookHandler(_app.Server).HandleAsync(Request(token), default);
        Assert.Same(WebhookAnswer.Accepted, answer.IsCompletedSuccessfully ? answer.Result : null);
    });

    static LifecycleWebhook Request(string token) =>
        new("w1", WebhookType.HandOverRequest, "s1", "p", null, null, 1, "hand_over", null) { TakeOverToken = token, Leaving = "i-0" };
}
