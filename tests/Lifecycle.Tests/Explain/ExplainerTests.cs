using FsCheck.Xunit;
using Lifecycle.Tests.Properties;
using Xunit;
using Kept = Lifecycle.History;

namespace Lifecycle.Tests;

public sealed class ExplainerTests
{
    public static TheoryData<AppState> States() => [.. AppStates.All];

    [Theory]
    [MemberData(nameof(States))]
    public void Of_EveryState_IsOneSentenceThatSaysWhatItWaitsFor(AppState state)
    {
        var explained = Explain(Walk.In(state), atMs: 20_000);
        Assert.Matches("^[A-Z].*\\.$", explained.Sentence);
        Assert.DoesNotContain('\n', explained.Sentence);
        Assert.NotEmpty(explained.WaitsFor);
        Assert.NotEmpty(explained.Changes);
    }

    // Whatever order things come in: an operator who asks gets an answer, and no error.
    [Property(MaxTest = 300, EndSize = 200)]
    public void Of_AnyOrderOfEvents_SaysSomething(byte[] script)
    {
        var history = Kept.None;
        foreach (var step in Played(script).Steps)
        {
            history = history.After(step.Before, step.Event, step.Decision, step.At, step.Policy);
            var explained = Explainer.Of(step.Decision.Session, history.Marks, step.Policy, AppGate.New, step.At);
            Assert.True(explained.Sentence.Length is > 10 and < 1_000, explained.Sentence);
        }

        Assert.All(history.Read(), decision => Assert.NotNull(ExplainedDecision.Of(Walk.Id, decision).What));
    }

    [Property(MaxTest = 300, EndSize = 200)]
    public void WhatIf_AnyOrderOfEventsAndAnyGraceWindow_ComesToAnEnd(byte[] script, byte grace)
    {
        var world = Played(script);
        var history = world.Steps.Aggregate(Kept.None, (so, step) => so.After(step.Before, step.Event, step.Decision, step.At, step.Policy));
        var policy = Policy.Default with { ReconnectGraceMs = 1_000 + (grace * 400) };
        var played = WhatIf.Of(Walk.Id, history.Read(), policy, world.Steps[^1].At);
        Assert.True(played is null || played.Sentence.Length > 10);
    }

    [Fact]
    public void Of_GracePeriod_SaysWhenTheSocketWasLostAndUntilWhenItWaits()
    {
        var explained = Explain(Walk.InGrace(), atMs: 3_000);
        Assert.Equal(
            "It waits until 00:00:07 UTC (in 4 s) for its app to come back by itself; its socket was lost at 00:00:01 UTC (2 s ago); if it does not come, it is restarted by webhook.",
            explained.Sentence);
        Assert.Equal((WaitsFor.Reconnect, Walk.Start.AddMilliseconds(7_000)), (explained.WaitsFor, explained.Until));
    }

    [Fact]
    public void Of_Backoff_WithTheAppAway_SaysThatOneWebhookLooksForAll()
    {
        var gate = AppGate.New with
        {
            Breaker = new Breaker().Opened(Walk.Start, Walk.Start.AddMilliseconds(10_000), Policy.Default),
            Incident = new Incident { Id = "inc_1", Cause = IncidentCause.Unreachable, BeganAt = Walk.Start, OpenedAt = Walk.Start, LastOutcome = "http_503" },
        };
        var explained = Explain(Walk.In(AppState.Backoff), gate, 12_000);
        Assert.Contains("its app has been away since 00:00:00 UTC (12 s ago), and it answered HTTP 503 last", explained.Sentence, StringComparison.Ordinal);
        Assert.Equal((WaitsFor.Probe, gate.ProbeFrom), (explained.WaitsFor, explained.Until));
    }

    [Fact]
    public void WhatIf_LongerGraceWindow_PartsWhereTheOldOneRanOut()
    {
        var steps = new List<(SessionEvent Event, double At)>
        {
            (new StartRequested(), 0), (new Connected("c1", "i1", NegotiatedAt: Walk.Start), 0), (new Disconnected("c1"), 1_000),
        };
        var (session, history) = (AppSession.None, Kept.None);
        foreach (var (@event, at) in steps.Append((new TimerFired(TimerKind.Grace, 3), 7_000)).Append((new Connected("c2", "i1", Reconnect: true), 8_000)))
        {
            var decision = session.Decide(@event, at);
            (session, history) = (decision.Session, history.After(session, @event, decision, Walk.Start.AddMilliseconds(at), Policy.Default));
        }

        var played = WhatIf.Of(Walk.Id, history.Read(), Policy.Default with { ReconnectGraceMs = 10_000 }, Walk.Start.AddMilliseconds(9_000))!;
        Assert.Equal(Walk.Start.AddMilliseconds(7_000), played.PartsAt);
        Assert.Equal([AppState.Starting, AppState.Running, AppState.GracePeriod, AppState.Disconnected, AppState.Running], played.Actual.Select(step => step.State));
        Assert.Equal([AppState.Starting, AppState.Running, AppState.GracePeriod, AppState.Running], played.Instead.Select(step => step.State));
        Assert.Equal(Reasons.Reconnect, played.Instead[^1].Reason);
    }

    // After an update whose rules decide otherwise, a what-if with the same policy said that the policy had changed the course.
    [Fact]
    public void WhatIf_RulesThatDecideOtherwiseByNow_ComparesPoliciesAndNotVersions()
    {
        var decision = Walk.Running().Decide(new Disconnected("c1"), 1_000);
        var history = Kept.None.After(Walk.Running(), new Disconnected("c1"), decision, Walk.Start.AddMilliseconds(1_000), Policy.Default);
        var decisions = history.Read().Select(remembered => remembered with { Fingerprint = "00000000" });
        Assert.Null(WhatIf.Of(Walk.Id, [.. decisions], Policy.Default, Walk.Start.AddMilliseconds(2_000))!.PartsAt);
    }

    static ChaosWorld Played(byte[] script)
    {
        var world = new ChaosWorld(Policy.Default, succeeding: true);
        world.Decide(new StartRequested());
        world.Play(script);
        return world;
    }

    static Explanation Explain(AppSession session, AppGate? gate = null, double atMs = 0) =>
        Explainer.Of(session, HistoryMarks.None, Policy.Default, gate, Walk.Start.AddMilliseconds(atMs));

    static Explanation Explain(AppSession session, double atMs) => Explain(session, null, atMs);
}
