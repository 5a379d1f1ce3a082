using System.Text.Json;

namespace Lifecycle.Tests.Schedules;

public sealed class LearnedPaceTests
{
    const double Ceiling = 1_000;

    static LearnedPace Begin(double perSecond = 20) => LearnedPace.Begin(perSecond, Walk.Start);

    // Webhooks at the pace of now, answered by f of their number, until it changes; the slots behind them are at the next pace.
    static LearnedPace Round(LearnedPace pace, Func<int, (double TookMs, bool Accepted)> f, double ceiling = Ceiling)
    {
        var (since, asked) = (pace.Window.Since, pace.PerSecond);
        var now = pace;
        for (var n = 0; n < Math.Max(asked * 1.5, 12) && now.Window.Since == since; n++)
        {
            var (tookMs, accepted) = f(n);
            var sentAt = since.AddSeconds(n / asked);
            var at = sentAt.AddMilliseconds(tookMs);
            now = now.After(new(sentAt, at, tookMs, accepted), at.AddSeconds(1), ceiling);
        }

        Assert.True(now.Window.Since > since, "the round has not come to its end");
        return now;
    }

    static LearnedPace Quick(LearnedPace pace, double ceiling = Ceiling) => Round(pace, _ => (300, true), ceiling);

    [Fact]
    public void After_QuickAnswers_Doubles()
    {
        var pace = Quick(Begin());
        Assert.Equal((40.0, 20.0, 300.0), (pace.PerSecond, pace.Good, pace.BaseMs));
        Assert.Equal(80, Quick(pace).PerSecond);
    }

    [Fact]
    public void After_AnyNumberOfQuickAnswers_StaysBelowTheCeiling()
    {
        var pace = Quick(Quick(Begin(), 50), 50);
        Assert.Equal(50, pace.PerSecond);
        Assert.Equal(50, Quick(pace, 50).PerSecond);
        Assert.Equal(30, Quick(pace, 30).PerSecond); // the policy has changed
    }

    // An app that took its time had all places of the engine, and the webhooks of the others waited.
    [Fact]
    public void After_SlowAnswers_DoesNotHaveMoreThanAHundredInFlight()
    {
        var pace = Enumerable.Range(0, 5).Aggregate(Begin(), (p, _) => Round(p, _ => (2_000, true)));
        Assert.Equal(50, pace.PerSecond);
    }

    [Fact]
    public void After_AQueue_GoesBelowWhatTheAppTakesAndOnInSmallSteps()
    {
        var strained = Round(Begin(), n => (300 + (n * 50), true)); // it takes one in 100 ms, and is asked for one in 50
        Assert.Equal(9, strained.PerSecond, 2);
        Assert.Equal(9.9, Quick(strained).PerSecond, 2);
    }

    [Fact]
    public void After_AQueueThatStands_GoesBackALittle()
    {
        var known = Quick(Begin()) with { Steps = 0 };
        Assert.Equal(40 * 1.3 * 300 * 1.02 / 450, Round(known, _ => (450, true)).PerSecond, 1);
    }

    [Fact]
    public void After_Refusals_StaysBelowThemForAWhile()
    {
        var good = Quick(Begin());
        var refused = Round(good, n => (n > 20 ? 10 : 300, n <= 20));
        Assert.Equal((18.0, 40.0), (refused.PerSecond, refused.Refused));
        var later = refused;
        for (var n = 0; n < 7; n++)
        {
            later = Quick(later);
        }

        Assert.InRange(later.PerSecond, 25, 36);
    }

    [Fact]
    public void After_ThatAPaceWhichHadGoneWellIsRefused_Halves()
    {
        var refused = Round(Quick(Begin()) with { PerSecond = 20 }, _ => (10, false));
        Assert.Equal((10.0, null), (refused.PerSecond, refused.Good));
    }

    // Few a second, so that nobody tried the pace.
    static LearnedPace Trickle(LearnedPace pace, Func<int, (double TookMs, bool Accepted)> f, int count = 60) => Enumerable.Range(0, count).Aggregate(pace, (now, n) =>
    {
        var sentAt = Walk.Start.AddMinutes(1).AddSeconds(n * 2);
        var (tookMs, accepted) = f(n);
        return now.After(new(sentAt, sentAt.AddMilliseconds(tookMs), tookMs, accepted), sentAt, Ceiling);
    });

    // An app of which few sessions were left to go came to a pace of hundreds that nobody had tried.
    [Fact]
    public void After_FewerThanThePace_DoesNotGrow() => Assert.Equal(40, Trickle(Begin(40), _ => (300, true)).PerSecond);

    // An app whose answers take twice as long today as yesterday came down to one webhook a second, though nobody waited for it.
    [Fact]
    public void After_FewerThanThePace_DoesNotFallEither()
    {
        Assert.Equal(40, Trickle(Trickle(Begin(40), _ => (300, true)), _ => (900, true)).PerSecond);
        Assert.Equal(40, Trickle(Begin(40), n => (300, n % 3 > 0)).PerSecond);
    }

    // Answers that an engine with much to do told late were taken for those to the pace of now, and it doubled on and on.
    [Fact]
    public void After_AnswersThatAreHeardLate_WaitsForThoseToThePaceOfNow()
    {
        var pace = Begin();
        var changedAt = DateTimeOffset.MaxValue;
        for (var n = 0; n < 60; n++)
        {
            var sentAt = Walk.Start.AddSeconds(n / 20.0);
            var heardAt = sentAt.AddSeconds(1.5);
            var next = pace.After(new(sentAt, heardAt, 300, true), heardAt.AddSeconds(1), Ceiling);
            changedAt = next.PerSecond > 20 && changedAt == DateTimeOffset.MaxValue ? heardAt : changedAt;
            pace = next;
        }

        Assert.Equal(40, pace.PerSecond);
        Assert.Equal(changedAt.AddSeconds(1), pace.Window.Since);
        Assert.Equal(0, pace.Window.Accepted);
    }

    // The app took each webhook at once, so the pace doubled on and on, until the engine was ten seconds behind with all that it had to do.
    [Fact]
    public void After_AnEngineThatFallsBehind_GoesToThePaceThatItKeptUpWith()
    {
        LearnedPace Behind(LearnedPace pace, double seconds, int answers) => Enumerable.Range(0, answers).Aggregate(pace, (p, n) =>
        {
            var sentAt = p.Window.Since.AddSeconds(n * 0.02);
            return p.After(new(sentAt, sentAt.AddSeconds(seconds + 0.3), 300, true), sentAt.AddSeconds(seconds + 1), Ceiling, start: 20);
        });

        var pace = Quick(Quick(Begin()));
        Assert.Equal(80, pace.PerSecond);
        Assert.Equal(80, Behind(pace, 2, 200).PerSecond);
        Assert.Equal(40, Behind(pace, 4, 10).PerSecond);
        Assert.Equal(20, Behind(pace, 4, 1_000).PerSecond);
    }

    [Fact]
    public void After_AnEngineThatFallsBehind_LearnsNothingOfTheAppFromOneAnswer()
    {
        var pace = Quick(Quick(Begin())) with { Behind = 2.45 };
        var since = pace.Window.Since;
        var fallen = pace.After(new(since, since.AddSeconds(5), 10, true), since.AddSeconds(6), Ceiling, start: 20);
        Assert.Equal((40.0, pace.BaseMs), (fallen.PerSecond, fallen.BaseMs));
    }

    [Fact]
    public void After_OneAnswerThatWasWithAKilledHost_ChangesNothing()
    {
        var pace = Quick(Quick(Begin()));
        var late = pace.After(new(pace.Window.Since, pace.Window.Since.AddSeconds(90), 300, true), pace.Window.Since.AddSeconds(91), Ceiling, start: 20);
        Assert.Equal(80, late.PerSecond);
        Assert.Equal(pace.SoonestFor(100, Ceiling), late.SoonestFor(100, Ceiling));
    }

    [Fact]
    public void InTime_AfterTheClockWasSetBack_ForgetsWhatIsSaidToCome()
    {
        var refused = Round(Quick(Begin()), n => (n > 20 ? 10 : 300, n <= 20));
        var early = Walk.Start.AddHours(-1);
        var mended = refused.InTime(early, TimeSpan.FromSeconds(3));
        Assert.Equal((early, early, refused.PerSecond), (mended.RefusedAt, mended.Window.Since, mended.PerSecond));
        Assert.Equal(refused, refused.InTime(refused.Window.Since, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void Anew_OfAStrongApp_BeginsAtTheStart() =>
        Assert.Equal((20.0, 300.0), (Quick(Quick(Begin())).Anew(20, Walk.Start.AddMinutes(1), Walk.Start.AddMinutes(1)) is var anew ? anew.PerSecond : 0, anew.BaseMs));

    [Fact]
    public void Anew_OfAWeakApp_RemembersItForAWhile()
    {
        var weak = Round(Begin(), n => (300 + (n * 150), true));
        Assert.Equal(4.5, weak.PerSecond, 2);
        Assert.InRange(weak.Anew(20, Walk.Start.AddMinutes(1), Walk.Start.AddMinutes(1)).PerSecond, 4.5, 6);
        Assert.InRange(weak.Anew(20, Walk.Start.AddMinutes(10), Walk.Start.AddMinutes(10)).PerSecond, 12, 13);
        Assert.InRange(weak.Anew(20, Walk.Start.AddHours(2), Walk.Start.AddHours(2)).PerSecond, 19.9, 20);
    }

    [Fact]
    public void IsSettling_IsSaidOfAnAppThatAcceptedAMomentBeforeItRefused()
    {
        var refused = Round(Quick(Begin()), n => (n > 20 ? 10 : 300, n <= 20));
        var at = refused.RefusedAt!.Value;
        Assert.True(refused.IsSettling(at.AddSeconds(2.9), at.AddSeconds(-1)));
        Assert.False(refused.IsSettling(at.AddSeconds(3.1), at.AddSeconds(-1)));
        Assert.False(refused.IsSettling(at.AddSeconds(1), at.AddSeconds(-4)));
        Assert.False(refused.IsSettling(at.AddSeconds(1), null));
        Assert.False(Begin().IsSettling(Walk.Start, Walk.Start));
    }

    [Fact]
    public void SoonestFor_GrowsWithTheLogarithmUntilTheCeiling()
    {
        Assert.Equal(0, Begin().SoonestFor(0, Ceiling).TotalSeconds, 6);
        Assert.InRange(Begin().SoonestFor(20, Ceiling).TotalSeconds, 0.7, 1);
        Assert.InRange(Begin().SoonestFor(1_000, Ceiling).TotalSeconds, 7, 10);
        Assert.InRange(Begin().SoonestFor(1_000, 100).TotalSeconds, 12, 15);
        Assert.Equal(50, Begin().SoonestFor(1_000, 20).TotalSeconds, 3);
        Assert.InRange((Begin() with { Refused = 25, RefusedAt = Walk.Start }).SoonestFor(1_000, Ceiling).TotalSeconds, 44, 50);
    }

    [Fact]
    public void Pace_ThatIsStored_IsTheSameAndSmall()
    {
        var pace = Round(Quick(Begin()), n => (n > 20 ? 10 : 300, n <= 20));
        var stored = JsonSerializer.Serialize(pace);
        Assert.Equal(pace, JsonSerializer.Deserialize<LearnedPace>(stored));
        Assert.InRange(stored.Length, 1, 400);
    }
}
