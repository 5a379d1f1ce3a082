using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Lifecycle.Tests.Outboxes;

public sealed class SessionEventsTests
{
    static readonly AppSession running = AppSession.None.On(new StartRequested()).On(new Connected("c1", "i1"));
    static readonly AppSession grace = running.On(new Disconnected("c1"), 1_000);
    static readonly Outbox carried = Outbox.Empty with { TimerComes = true };

    static Outbox After(AppSession before, SessionEvent @event, double atMs, Outbox? outbox = null) =>
        (outbox ?? Outbox.Empty).After(Walk.Id, before, @event, before.Decide(@event, atMs), Walk.Start.AddMilliseconds(atMs), Policy.Default);

    [Fact]
    public void After_TheLossOfTheSocket_LeavesTheEventToTheGraceTimer()
    {
        var outbox = After(running, new Disconnected("c1"), 1_000).Planned();
        Assert.Single(outbox.Records);
        Assert.Null(outbox.Pending);
    }

    [Fact]
    public void After_AReconnectInGrace_LeavesTheEventToTheTimerThatIsNowStale() =>
        Assert.Null(After(grace, new Connected("c2", "i1", true), 2_000, carried).Planned().Pending);

    [Fact]
    public void After_TheStaleTimer_SignalsForWhatIsNotYetCommitted()
    {
        var back = grace.On(new Connected("c2", "i1", true), 2_000);
        var outbox = After(back, new TimerFired(TimerKind.Grace, grace.Epoch), 7_000, After(grace, new Connected("c2", "i1", true), 2_000, carried));
        Assert.NotNull(outbox.Planned().Pending);
    }

    [Fact]
    public void After_ATimerThatCameEarlyAndIsArmedAgain_StillWaitsForIt() =>
        Assert.True(After(grace, new TimerFired(TimerKind.Grace, grace.Epoch), 1_500, carried).TimerComes);

    [Fact]
    public void After_AnythingThatTellsNothing_LeavesWaitingEventsToTheTimer()
    {
        var back = grace.On(new Connected("c2", "i1", true), 2_000);
        Assert.True(After(back, new SubscriptionsReplaced("c2", ["audio"], 0), 2_100, carried).TimerComes);
    }

    [Fact]
    public void After_AnyOtherTransition_SignalsAtOnce()
    {
        var outbox = After(grace, new StopRequested("bye"), 8_000, carried);
        Assert.NotEmpty(outbox.Records);
        Assert.NotNull(outbox.Planned().Pending);
    }

    [Fact]
    public void After_AConnectThatEndsTheRun_SignalsAtOnce() =>
        Assert.NotNull(After(AppSession.None.On(new StartRequested()), new Connected("c1", "i1"), 0).Planned().Pending);

    // Every transition of a start cost an operation more, for its event alone.
    [Fact]
    public void After_WhatARunsNextStepFollowsSoon_LeavesTheEventToIt()
    {
        Assert.Null(After(AppSession.None, new StartRequested(), 0).Planned().Pending);
        Assert.Null(After(Walk.Resurrecting(), new Connected("c2", "i2"), 10_100).Planned().Pending); // the webhook's answer comes
        Assert.Null(After(Walk.Resurrecting(), Sent(503), 10_100).Planned().Pending);
        Assert.NotNull(After(Walk.Resurrecting(), Sent(503, TimeSpan.FromSeconds(20)), 10_100).Planned().Pending);
        Assert.NotNull(After(Walk.Resurrecting(), Sent(410), 10_100).Planned().Pending);

        static AttemptSent Sent(int status, TimeSpan? retryAfter = null) =>
            new(Walk.Resurrecting().Run!.Id, 1, WebhookResult.FromStatus(status, retryAfter));
    }

    [Fact]
    public void After_ATransition_TellsWhatTheWirePageSays()
    {
        var json = JsonSerializer.Deserialize<JsonElement>(After(running, new Disconnected("c1"), 1_000).Records[0].Body);
        Assert.Equal("1.0", json.GetProperty("specversion").GetString());
        Assert.Equal("lifecycle.appsession.transition", json.GetProperty("type").GetString());
        Assert.Equal("/lifecycle/apps/com.example.notes", json.GetProperty("source").GetString());
        Assert.Equal("s1:com.example.notes", json.GetProperty("subject").GetString());
        Assert.Equal(Walk.Start.AddSeconds(1), json.GetProperty("time").GetDateTimeOffset());
        Assert.Equal("1767225601000", json.GetProperty("sequence").GetString());
        Assert.Equal(
            $$"""{"sessionId":"s1","packageName":"com.example.notes","from":"RUNNING","to":"GRACE_PERIOD","reason":"socket_lost","epoch":3,"correlationId":"{{running.CorrelationId}}","instanceId":"i1","blame":"unknown"}""",
            json.GetProperty("data").GetRawText());
    }

    // A reason that was cut within an emoji ended in half a pair of surrogates, which is no text.
    [Fact]
    public void Clip_WithinAnEmoji_LeavesItOut()
    {
        var start = new string('a', CloudEvent.MaxText - 1);
        Assert.Equal(start, CloudEvent.Clip(start + "😀"));
        Assert.Equal(start[1..] + "😀", CloudEvent.Clip(start[1..] + "😀😀"));
        Assert.Equal(start + "b", CloudEvent.Clip(start + "bc"));
    }

    [Fact]
    public void After_WithTheLongestTexts_StaysFarBelowTheLimitOfAMessageAndIsAscii()
    {
        var id = new AppSessionId(new string('+', Identifiers.MaxLength), new string('+', Identifiers.MaxLength));
        var text = new string('\u4e16', 100_000);
        var notes = Enumerable.Repeat(new AttemptNote(Walk.Start, text), ResurrectionRun.RememberedAttempts).ToImmutableArray();
        var decision = new Decision(
            AppSession.None with { State = AppState.Evicted, CorrelationId = "c", InstanceId = new string('+', Identifiers.MaxLength) },
            [new PublishTransition(AppState.Resurrecting, AppState.Evicted, text, long.MaxValue, "c", Blame.Lifecycle), new DeadLetter(text, int.MaxValue, notes, Blame.Lifecycle)],
            new Outcome(OutcomeKind.Applied, text, Blame.Lifecycle));
        var records = Outbox.Empty.After(id, AppSession.None, new AttemptDue("r"), decision, Walk.Start, Policy.Default).Records;
        Assert.Equal([OutboxDestination.Events, OutboxDestination.DeadLetters, OutboxDestination.Events], records.Select(r => r.Destination));
        Assert.All(records, r => Assert.InRange(Encoding.UTF8.GetByteCount(r.Body), 1, 24 * 1024));
        Assert.All(records, r => Assert.True(r.Body.All(char.IsAscii)));
        Assert.All(records, r => Assert.Contains("\"blame\":\"lifecycle\"", r.Body));
    }
}
