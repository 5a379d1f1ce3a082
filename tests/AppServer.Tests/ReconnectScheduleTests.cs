namespace Lifecycle.Sdk.Tests;

public class ReconnectScheduleTests
{
    static readonly TimeSpan[] Graces = [.. new[] { 1000, 5000, 6000, 8000, 30_000, 120_000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    public static TheoryData<TimeSpan> AllGraces => [.. Graces];

    [Theory, MemberData(nameof(AllGraces))]
    public void ForReconnect_AnySeed_FitsEveryPlannedAttemptInTheGrace(TimeSpan grace)
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var planned = ReconnectSchedule.ForReconnect(grace, flaps: 0, new Random(seed).NextDouble).Planned;
            Assert.True(planned.Length >= 2, $"seed {seed}: {planned.Length} attempts");
            Assert.Equal(planned.Order(), planned);
            Assert.InRange(planned[0], TimeSpan.Zero, ReconnectSchedule.FirstSpread);
            Assert.InRange(planned[^1], grace * 0.65, grace * 0.8);
        }
    }

    [Theory, MemberData(nameof(AllGraces))]
    public void ForReconnect_ExtremeRandomness_KeepsTheGapsGrowing(TimeSpan grace)
    {
        foreach (var constant in new[] { 0.0, 0.5, 0.999999 })
        {
            var planned = ReconnectSchedule.ForReconnect(grace, 0, () => constant).Planned;
            var gaps = planned.Zip(planned.Skip(1), (a, b) => b - a).SkipLast(1).ToArray();
            Assert.Equal(gaps.Order(), gaps);
        }
    }

    [Fact]
    public void ForReconnect_ManyFlaps_SpreadsTheFirstAttemptWiderButWithinTheGrace()
    {
        var firsts = Enumerable.Range(0, 200)
            .Select(seed => ReconnectSchedule.ForReconnect(Seconds(6), flaps: 20, new Random(seed).NextDouble).Planned[0]).ToArray();
        Assert.True(firsts.Max() > Seconds(1), $"widest {firsts.Max()}");
        Assert.True(firsts.Max() <= Seconds(1.5), $"widest {firsts.Max()}");
    }

    [Fact]
    public void Next_AttemptsThatFailAtOnce_FollowThePlanThenBackOff()
    {
        var random = new Random(1);
        var schedule = ReconnectSchedule.ForReconnect(Seconds(6), 0, random.NextDouble);
        var planned = schedule.Planned;
        var now = TimeSpan.Zero;
        foreach (var expected in planned)
        {
            var step = schedule.Next(now, null, random.NextDouble);
            Assert.Equal(expected, now + step.Delay);
            (now, schedule) = (now + step.Delay, step.Rest);
        }
        Assert.InRange(schedule.Next(now, null, random.NextDouble).Delay, Seconds(1), Seconds(3));
    }

    [Fact]
    public void Next_AnyAttemptDuration_MakesALastAttemptBefore80PercentOfTheGrace()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var schedule = ReconnectSchedule.ForReconnect(Seconds(6), 0, random.NextDouble);
            var (now, last) = (TimeSpan.Zero, TimeSpan.Zero);
            while (!schedule.Planned.IsEmpty)
            {
                var step = schedule.Next(now, null, random.NextDouble);
                last = now + step.Delay;
                var hangs = Seconds(10) * random.NextDouble();
                now = last + (step.Budget is { } budget && budget < hangs ? budget : hangs);
                schedule = step.Rest;
            }
            Assert.InRange(last, Seconds(6 * 0.65), Seconds(6 * 0.8) + TimeSpan.FromMilliseconds(250));
        }
    }

    [Fact]
    public void Next_FirstCallComesLate_StillMakesTheFirstPlannedAttempt()
    {
        var schedule = ReconnectSchedule.ForReconnect(Seconds(6), 0, () => 0);
        var step = schedule.Next(TimeSpan.FromMilliseconds(5), null, () => 0);
        Assert.Equal(TimeSpan.Zero, step.Delay);
    }

    [Fact]
    public void Next_AtTheCap_StillSpreads()
    {
        var waits = Enumerable.Range(0, 2000).Select(seed => BackoffWaits(seed).ElementAt(40).TotalSeconds).ToArray();
        Assert.All(waits, wait => Assert.InRange(wait, 1, 30));
        Assert.True(waits.Count(wait => wait > 29.9) < waits.Length / 20, "the fleet waits the cap in step");
        var slots = waits.GroupBy(wait => (int)wait).Max(group => group.Count());
        Assert.True(slots < waits.Length / 5, $"{slots} of {waits.Length} in one second");
    }

    [Fact]
    public void Next_Backoff_NeverExceedsThreeTimesThePreviousWait()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var waits = BackoffWaits(seed).Take(50).ToArray();
            Assert.InRange(waits[0], Seconds(1), Seconds(3));
            foreach (var (before, after) in waits.Zip(waits.Skip(1))) Assert.True(after <= before * 3 && after <= Seconds(30));
        }
    }

    // Lifecycle was away for 20 s, gave everybody a whole grace window, and started apps anew that were in the middle of a wait of 9 s.
    [Theory]
    [InlineData(1, 2)]
    [InlineData(6, 4.8)]
    [InlineData(8, 6.4)]
    [InlineData(120, 30)]
    public void Next_BackoffWithinTenMinutesOfALoss_NeverWaitsLongerThanTheGraceWindow(double grace, double longest)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (schedule, now) = (ReconnectSchedule.ForReconnect(Seconds(grace), 0, random.NextDouble), TimeSpan.Zero);
            while (now < ReconnectSchedule.Awaited)
            {
                var inPlan = !schedule.Planned.IsEmpty;
                var step = schedule.Next(now, null, random.NextDouble);
                if (!inPlan) Assert.InRange(step.Delay, Seconds(1), Seconds(longest));
                (schedule, now) = (step.Rest, now + step.Delay);
            }
            for (var i = 0; i < 5; i++) schedule = schedule.Next(now, null, () => 0.999).Rest;
            Assert.InRange(schedule.Next(now, null, () => 0.999).Delay, Seconds(29), Seconds(30));
        }
    }

    [Fact]
    public void Next_RetryAfter_IsTheEarliestTimeAndSpreadsBehindIt()
    {
        var schedule = ReconnectSchedule.ForReconnect(Seconds(6), 0, () => 0.5);
        Assert.Equal(Seconds(20), schedule.Next(TimeSpan.Zero, Seconds(20), () => 0).Delay);
        Assert.Equal(Seconds(22), schedule.Next(TimeSpan.Zero, Seconds(20), () => 0.5).Delay);
        Assert.Equal(Seconds(2.5), schedule.Next(TimeSpan.Zero, Seconds(2), () => 0.5).Delay);
    }

    // Whoever had backed off to 30 s before the service was busy came 30 s after every Retry-After of 2 s.
    [Fact]
    public void Next_RetryAfterInBackoff_DoesNotEscalate()
    {
        var schedule = ReconnectSchedule.ForAttach().Next(TimeSpan.Zero, null, () => 0.9).Rest;
        for (var i = 0; i < 5; i++) schedule = schedule.Next(TimeSpan.Zero, null, () => 0.9).Rest;
        var before = schedule.Previous;
        for (var i = 0; i < 5; i++)
        {
            var step = schedule.Next(TimeSpan.Zero, Seconds(2), () => 0.5);
            Assert.Equal(Seconds(2.5), step.Delay);
            schedule = step.Rest;
        }
        Assert.Equal(before, schedule.Previous);
    }

    [Fact]
    public void Next_RetryAfterOfNothing_IsNoSpin() =>
        Assert.Equal(ReconnectSchedule.Base, ReconnectSchedule.ForAttach().Next(TimeSpan.Zero, null, () => 0).Rest.Next(TimeSpan.Zero, TimeSpan.Zero, () => 0).Delay);

    [Fact]
    public void Next_AttemptThatRanPastTheGrace_BacksOff()
    {
        var step = ReconnectSchedule.ForReconnect(Seconds(6), 0, () => 0).Next(TimeSpan.Zero, null, () => 0);
        Assert.Equal(TimeSpan.Zero, step.Rest.Next(Seconds(5.9), null, () => 0).Delay);
        Assert.Equal(ReconnectSchedule.Base, step.Rest.Next(Seconds(12), null, () => 0).Delay);
    }

    [Fact]
    public void Next_RetryAfterBehindThePlan_LeavesTheAttemptItsFullTimeAndBacksOffAfterIt()
    {
        var step = ReconnectSchedule.ForReconnect(Seconds(6), 0, () => 0.5).Next(TimeSpan.Zero, Seconds(20), () => 0);
        Assert.Null(step.Budget);
        Assert.InRange(step.Rest.Next(Seconds(20), null, () => 0).Delay, Seconds(1), Seconds(3));
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(0, 1)]
    [InlineData(100_000, 300)]
    public void NextInSlot_AnySlot_SpreadsBehindItByASecond(double given, double from)
    {
        var schedule = ReconnectSchedule.ForAttach().Next(TimeSpan.Zero, null, () => 0).Rest;
        Assert.Equal(Seconds(from), schedule.NextInSlot(TimeSpan.Zero, Seconds(given), () => 0).Delay);
        Assert.Equal(Seconds(from + 0.9), schedule.NextInSlot(TimeSpan.Zero, Seconds(given), () => 0.9).Delay);
    }

    // A plan whose next attempt is later than the slot made the client late.
    [Fact]
    public void NextInSlot_WithinThePlan_ComesWithItsSlotAndKeepsThePlan()
    {
        var schedule = ReconnectSchedule.ForReconnect(Seconds(120), 0, () => 0);
        while (schedule.Planned.Length > 2) schedule = schedule.Next(schedule.Planned[0], null, () => 0).Rest;
        var step = schedule.NextInSlot(schedule.Planned[0] - Seconds(10), Seconds(2), () => 0.5);
        Assert.Equal(Seconds(2.5), step.Delay);
        Assert.Equal(schedule.Planned[^1] - schedule.Planned[0] + Seconds(7.5), step.Budget);
        Assert.Equal(schedule.Planned, step.Rest.Planned);
    }

    // In a crowd an attempt was cut after 0.3 s, and its socket was lost a moment after it had attached.
    [Fact]
    public void NextInSlot_ShortlyBeforeTheLastPlannedAttempt_HasItsFullTime()
    {
        var schedule = ReconnectSchedule.ForReconnect(Seconds(10), 0, () => 0.5); // the last one at 7.25 s
        Assert.Equal(Seconds(2.25), schedule.NextInSlot(Seconds(2), Seconds(3), () => 0).Budget);
        Assert.Null(schedule.NextInSlot(Seconds(2), Seconds(5), () => 0).Budget);
    }

    [Fact]
    public void NextInSlot_HoursOfThem_LeaveTheWaitsBehindThemAlone()
    {
        var schedule = ReconnectSchedule.ForReconnect(Seconds(6), 0, () => 0.5);
        for (var now = TimeSpan.Zero; now < TimeSpan.FromHours(2);)
        {
            var step = schedule.NextInSlot(now, Seconds(20), () => 0.5);
            Assert.Equal(Seconds(20.5), step.Delay);
            (now, schedule) = (now + step.Delay, step.Rest);
        }
        Assert.InRange(schedule.Next(TimeSpan.FromHours(2), null, () => 0.99).Delay, Seconds(1), Seconds(3));
    }

    [Fact]
    public void Next_AbsurdRetryAfter_IsCut()
    {
        var step = ReconnectSchedule.ForAttach().Next(TimeSpan.Zero, TimeSpan.FromDays(30), () => 0);
        Assert.Equal(ReconnectSchedule.MaxRetryAfter, step.Delay);
    }

    [Fact]
    public void ForAttach_FirstAttempt_IsAtOnce() =>
        Assert.Equal(TimeSpan.Zero, ReconnectSchedule.ForAttach().Next(TimeSpan.Zero, null, () => 0.9).Delay);

    static IEnumerable<TimeSpan> BackoffWaits(int seed)
    {
        var random = new Random(seed);
        var schedule = ReconnectSchedule.ForAttach().Next(TimeSpan.Zero, null, random.NextDouble).Rest;
        while (true)
        {
            var step = schedule.Next(TimeSpan.Zero, null, random.NextDouble);
            yield return step.Delay;
            schedule = step.Rest;
        }
    }

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
