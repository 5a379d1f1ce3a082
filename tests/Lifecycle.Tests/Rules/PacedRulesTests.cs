namespace Lifecycle.Tests.Rules;

/// <summary>What a session tells its app's gate for the pace when the app attaches before it answers.</summary>
public sealed class PacedRulesTests
{
    static readonly WebhookResult answer = WebhookResult.FromStatus(202) with { TookMs = 120 };

    static (AppSession Attached, ResurrectionRun Run) AttachedBeforeTheAnswer(bool awaited = true, Policy? policy = null)
    {
        var at = Walk.Start.AddSeconds(10);
        var sending = Walk.Disconnected().Asking(10_000).Admitted(Admission.Go(at) with { Awaited = awaited }, 10_000);
        return (sending.On(new Connected("c2", "i2", NegotiatedAt: at), 10_100, policy), sending.Run!);
    }

    static IEnumerable<OutcomeReported> Told(Decision decision) => decision.Of<TellApp>().Select(tell => tell.Event).OfType<OutcomeReported>();

    // An app that attached a moment before it answered was never asked for more than 20 a second.
    [Fact]
    public void AnAnswer_AfterTheAttach_TellsHowLongItTook_Once()
    {
        var (attached, run) = AttachedBeforeTheAnswer();
        var sent = attached.Decide(new AttemptSent(run.Id, run.Attempt, answer), 10_200);
        var told = Assert.Single(Told(sent));
        Assert.Equal((true, run.DueAt, 120), (told.HasAttached, told.DueAt, told.Result.TookMs));
        Assert.Empty(Told(sent.Session.Decide(new AttemptSent(run.Id, run.Attempt, answer), 10_300)));
    }

    // What is left of a webhook whose answer never came is not said of the next one.
    [Fact]
    public void AnAnswer_OfALaterWebhook_IsNotTimedByAnEarlierOne()
    {
        var (attached, _) = AttachedBeforeTheAnswer();
        var lost = attached.On(new Disconnected("c2"), 100_000);
        var next = lost.On(new TimerFired(TimerKind.Grace, lost.Epoch), 106_000).Attempted(110_000);
        var run = next.Run!;
        var answered = next.On(new AttemptSent(run.Id, run.Attempt, answer), 110_200).On(new Connected("c3", "i3", NegotiatedAt: Walk.Start.AddSeconds(111)), 111_000);
        Assert.Empty(Told(answered.Decide(new AttemptSent(run.Id, run.Attempt, answer), 112_000)));
    }

    [Fact]
    public void AnAnswer_ThatNobodyLearnsFrom_CostsNoReport()
    {
        var (unhurried, run) = AttachedBeforeTheAnswer(awaited: false);
        Assert.Empty(Told(unhurried.Decide(new AttemptSent(run.Id, run.Attempt, answer), 10_200)));
        var (kept, its) = AttachedBeforeTheAnswer(policy: Policy.Default with { PaceCeiling = 0 });
        Assert.Empty(Told(kept.Decide(new AttemptSent(its.Id, its.Attempt, answer), 10_200)));
        var (attached, timed) = AttachedBeforeTheAnswer();
        Assert.Empty(Told(attached.Decide(new AttemptSent(timed.Id, timed.Attempt, WebhookResult.FromStatus(202)), 10_200)));
    }
}
