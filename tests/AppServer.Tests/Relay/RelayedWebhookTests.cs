using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests.Relay;

/// <summary>Webhooks that come over the connection are verified, read and handled as at an endpoint.</summary>
public class RelayedWebhookTests
{
    readonly RelayWorld _world = new();

    public RelayedWebhookTests() => _world.Start();

    [Fact]
    public void One_is_handled_once_and_answered_with_its_ticket()
    {
        _world.Run(() => _world.Newest.Send(_world.Signed()));
        _world.Run(() => _world.Newest.Send(_world.Signed()));
        Assert.Equal("s1", Assert.Single(_world.Handled).SessionId);
        Assert.Equal(["ticket-w1 202", "ticket-w1 202"], _world.Newest.Answers.Select(answer => $"{answer.Ticket} {answer.Status}"));
        Assert.All(_world.Newest.Answers, answer => Assert.Null(answer.Headers));
    }

    [Theory]
    [InlineData("""{"type":"session_request","sessionId":"s2","packageName":"com.example.notes"}""", 401)]
    [InlineData("", 401)]
    public void One_whose_bytes_are_not_those_that_were_signed_is_not_handled(string sent, int status)
    {
        _world.Run(() => _world.Newest.Send(_world.Signed(sent: sent)));
        Assert.Equal(status, Assert.Single(_world.Newest.Answers).Status);
        Assert.Empty(_world.Handled);
    }

    [Fact]
    public void Others_are_refused_as_at_an_endpoint()
    {
        var good = _world.Signed();
        _world.Run(() =>
        {
            _world.Newest.Send(_world.Signed(key: new byte[32]));
            _world.Newest.Send(good with { Headers = null });
            _world.Newest.Send(good with { Body = new string('x', WebhookIntake.MaxBodyBytes + 1) });
            _world.Newest.Send(_world.Signed("w2", type: "unknown"));
            _world.Newest.Send(_world.Signed("w3", session: "a b"));
        });
        Assert.Equal([401, 415, 413, 400, 400], _world.Newest.Answers.Select(answer => answer.Status));
        _world.RunFor(400);
        _world.Run(() => _world.Newest.Send(good)); // five minutes old by now
        Assert.Equal(401, _world.Newest.Answers[^1].Status);
        Assert.Empty(_world.Handled);
    }

    [Fact]
    public void The_answer_says_what_an_http_answer_says()
    {
        _world.Handle = webhook => Task.FromResult(webhook.Id switch
        {
            "held" => WebhookAnswer.Held("i-1"),
            "busy" => WebhookAnswer.Busy(TimeSpan.FromSeconds(2.5)),
            _ => WebhookAnswer.Gone(),
        });
        _world.Run(() => _world.Newest.Send(_world.Signed("held", type: "resurrection_request")));
        _world.Run(() => _world.Newest.Send(_world.Signed("busy")));
        _world.Run(() => _world.Newest.Send(_world.Signed("gone")));
        var answers = _world.Newest.Answers;
        Assert.Equal([202, 503, 410], answers.Select(answer => answer.Status));
        Assert.Equal(("i-1", "3"), (answers[0].Headers!["x-lifecycle-held-by"], answers[1].Headers!["retry-after"]));
    }

    [Fact]
    public void A_slow_handler_holds_up_no_other_and_is_not_answered_when_nobody_waits_any_more()
    {
        var slow = new TaskCompletionSource<WebhookAnswer>();
        _world.Handle = webhook => webhook.Id == "slow" ? slow.Task : Task.FromResult(WebhookAnswer.Accepted);
        _world.Run(() => _world.Newest.Send(_world.Signed("slow")));
        _world.Run(() => _world.Newest.Send(_world.Signed("quick")));
        Assert.Equal("ticket-quick", Assert.Single(_world.Newest.Answers).Ticket);
        _world.RunFor(6);
        _world.Run(() => slow.SetResult(WebhookAnswer.Accepted));
        Assert.Single(_world.Newest.Answers);
        // Asked again, it knows what it answered.
        _world.Run(() => _world.Newest.Send(_world.Signed("slow")));
        Assert.Equal("ticket-slow", _world.Newest.Answers[^1].Ticket);
        Assert.Equal(2, _world.Handled.Count);
    }

    [Fact]
    public void A_handler_that_throws_is_asked_again()
    {
        _world.Handle = _ => throw new InvalidOperationException("no luck");
        _world.Run(() => _world.Newest.Send(_world.Signed()));
        _world.Handle = _ => Task.FromResult(WebhookAnswer.Accepted);
        _world.Run(() => _world.Newest.Send(_world.Signed()));
        Assert.Equal([503, 202], _world.Newest.Answers.Select(answer => answer.Status));
    }

    // Two headers whose names differ in case alone: nobody saw the exception, and Lifecycle waited for an answer until its time was over.
    [Fact]
    public void One_that_cannot_be_taken_is_answered_with_a_failure_and_logged()
    {
        var good = _world.Signed();
        var odd = good with { Headers = new(good.Headers!) { ["Webhook-Id"] = "w1" } };
        _world.Run(() => _world.Newest.Send(odd));
        var answer = Assert.Single(_world.Newest.Answers);
        Assert.Equal((500, "ticket-w1"), (answer.Status, answer.Ticket));
        Assert.Contains(_world.Log.Lines, line => line is { Level: LogLevel.Error, EventId: 1307 });
        Assert.Empty(_world.Handled);
    }

    [Fact]
    public void What_is_printed_of_one_has_neither_body_nor_ticket() => Assert.DoesNotMatch("ticket|s1", _world.Signed().ToString());
}
