namespace Lifecycle.Tests.Rules;

public sealed class LostRunRulesTests
{
    static (AppSession Session, ResurrectionRun Run) Waiting(AppState state = AppState.Backoff)
    {
        var session = Walk.In(state);
        return (session, session.Run!);
    }

    [Theory]
    [InlineData(AppState.Starting)]
    [InlineData(AppState.Disconnected)]
    [InlineData(AppState.Resurrecting)]
    [InlineData(AppState.Backoff)]
    public void LostRunOf_LongAfterItsNextStep_IsTheRun(AppState state)
    {
        var (session, run) = Waiting(state);
        var lost = run.Phase is RunPhase.Sending or RunPhase.Confirming ? Lifecycle.Rules.RunLost : Lifecycle.Rules.AskLost;
        Assert.Equal(new RunMissing(run.Id), Lifecycle.Rules.LostRunOf(session, run.DueAt + lost + TimeSpan.FromSeconds(1)));
        Assert.Null(Lifecycle.Rules.LostRunOf(session, run.DueAt + lost));
    }

    // An orchestration asks again by itself for a day; a question of nobody's is asked again by the sweep, and much sooner.
    [Fact]
    public void AskLost_IsShorterThanRunLost() => Assert.True(Lifecycle.Rules.AskLost < Lifecycle.Rules.RunLost);

    [Fact]
    public void LostRunOf_ASessionWithoutOne_IsNone() => Assert.Null(Lifecycle.Rules.LostRunOf(Walk.Running(), Walk.Start.AddDays(9)));

    [Fact]
    public void Decide_OnAMissingRun_StartsItsOrchestrationAgainAndKeepsTheRun()
    {
        var (session, run) = Waiting();
        var now = run.DueAt + Lifecycle.Rules.RunLost + TimeSpan.FromSeconds(1);
        var decision = Lifecycle.Rules.Decide(new AppSessionId("s1", "p"), session, new RunMissing(run.Id), now, Policy.Default);
        Assert.Equal((run.Id, now), (Assert.Single(decision.Effects.OfType<AskGate>()).Ask.RunId, decision.Session.Run!.DueAt));
        Assert.Equal(run with { Phase = RunPhase.Asking, Driver = 1, DueAt = now }, decision.Session.Run);
        Assert.Null(Lifecycle.Rules.LostRunOf(decision.Session, now)); // the next sweep leaves it alone
    }

    [Fact]
    public void Decide_OnAnotherRunOrOneThatIsDriven_ChangesNothing()
    {
        var (session, run) = Waiting();
        var (late, soon) = (run.DueAt + Lifecycle.Rules.RunLost + TimeSpan.FromSeconds(1), run.DueAt.AddMinutes(1));
        foreach (var (missing, now) in new[] { (new RunMissing("r0"), late), (new RunMissing(run.Id), soon) })
        {
            var decision = Lifecycle.Rules.Decide(new AppSessionId("s1", "p"), session, missing, now, Policy.Default);
            Assert.Equal((Reasons.StaleRun, 0), (decision.Outcome.Reason, decision.Effects.Length));
        }
    }
}
