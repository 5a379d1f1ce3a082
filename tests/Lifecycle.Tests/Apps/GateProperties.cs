using FsCheck.Xunit;

namespace Lifecycle.Tests.Apps;

/// <summary>What holds for every app whose sessions are lost and that is away for some time, whoever waits and whoever leaves.</summary>
public sealed class GateProperties
{
    /// <summary>One outage: sockets lost at 0, the app away for so long, some sessions leave meanwhile, some reports are lost.</summary>
    sealed class Outage
    {
        public Outage(ushort sessions, ushort away, byte leaving, byte lossy, byte pace, bool learns)
        {
            Count = 1 + (sessions % 300);
            AwaySeconds = 1 + (away % 400);
            Policy = Policy.Default with { PacePerSecond = 5 + (pace % 40), PaceCeiling = learns ? Policy.Default.PaceCeiling : 0 };
            World = new GateWorld(Policy, (_, at) => at < AwaySeconds ? 503 : 202, n => lossy % 4 == 0 && n % 23 == 7);
            for (var n = 0; n < Count; n++)
            {
                World.Lose($"s{n}", n % 10 * 0.01, foreground: n % 7 == 3);
            }

            World.RunUntil(AwaySeconds / 2.0);
            foreach (var session in World.Sessions.Where((_, n) => n % 50 < leaving % 10))
            {
                World.Leave(session);
            }

            World.RunUntil(4 * 3_600);
        }

        public int Count { get; }

        public double AwaySeconds { get; }

        public Policy Policy { get; }

        public GateWorld World { get; }

        public double AgeShare => Math.Max(Policy.ProbeFloorMs / 1_000.0, AwaySeconds * Policy.ProbePercent / 100.0);
    }

    [Property(MaxTest = 100, EndSize = 1_000)]
    public void Nobody_waits_for_ever(ushort sessions, ushort away, byte leaving, byte lossy, byte pace, bool learns)
    {
        var outage = new Outage(sessions, away, leaving, lossy, pace, learns);
        Assert.All(outage.World.Sessions, s => Assert.True(s.Left || s.AttachedAt is not null, $"{s.Name} still waits, asked {s.Asks} times"));
    }

    [Property(MaxTest = 100, EndSize = 1_000)]
    public void After_the_app_is_up_everybody_is_admitted_within_the_probes_share_and_the_pace(ushort sessions, ushort away, byte leaving, byte pace, bool learns)
    {
        var outage = new Outage(sessions, away, leaving, lossy: 1, pace, learns);
        var last = outage.World.Sessions.Max(s => s.AttachedAt is { } at ? GateWorld.Seconds(at) : 0);
        var begin = Math.Max(outage.AwaySeconds, 8);
        Assert.True(
            last - begin <= outage.AgeShare + ((double)outage.Count / outage.Policy.PacePerSecond * 1.05) + 3,
            $"the last of {outage.Count} came {last - begin:0.0} s after the app, which was away for {outage.AwaySeconds} s");
    }

    [Property(MaxTest = 100, EndSize = 1_000)]
    public void While_it_is_away_the_app_gets_the_schedule_of_one_probe_however_many_wait(ushort sessions, ushort away, byte leaving, byte pace, bool learns)
    {
        var outage = new Outage(sessions, away, leaving, lossy: 1, pace, learns);
        var wasted = outage.World.Webhooks.Count(w => w.Status != 202);
        var (floor, share) = (outage.Policy.ProbeFloorMs / 1_000.0, outage.Policy.ProbePercent / 100.0);
        var probes = 1 + (Math.Min(floor / share, outage.AwaySeconds) / floor) + (Math.Log(Math.Max(1, outage.AwaySeconds * share / floor)) / Math.Log(1 + share));
        Assert.True(wasted <= outage.Policy.BreakerFailures + outage.Policy.FirstFlight + probes + 1, $"{wasted} webhooks in {outage.AwaySeconds} s");
        Assert.DoesNotContain(outage.World.Webhooks, w => w.BreakerOpen && !w.Probe && w.Status != 202 && !IsOfFirstFlight(w, outage));
        Assert.True(outage.World.ProbesAtOnce <= 1);
    }

    // Admitted before the breaker opened.
    static bool IsOfFirstFlight(GateWorld.Sent webhook, Outage outage) =>
        outage.World.Webhooks.IndexOf(webhook) < outage.Policy.BreakerFailures + outage.Policy.FirstFlight;

    [Property(MaxTest = 100, EndSize = 1_000)]
    public void No_second_sees_more_webhooks_than_the_pace_and_those_that_were_let_go_before(ushort sessions, ushort away, byte leaving, byte pace)
    {
        var outage = new Outage(sessions, away, leaving, lossy: 1, pace, learns: false);
        var at = outage.World.Webhooks.Select(w => GateWorld.Seconds(w.At)).ToList();
        for (var first = 0; first < at.Count; first++)
        {
            var within = at.Skip(first).TakeWhile(t => t < at[first] + 1).Count();
            Assert.True(within <= outage.Policy.PacePerSecond + outage.Policy.PaceBurst + outage.Policy.FirstFlight + 1, $"{within} webhooks in the second from {at[first]:0.00}");
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public void Ten_thousand_sessions_that_waited_are_admitted_at_the_pace_within_five_percent(int pace)
    {
        var policy = Policy.Default with { PacePerSecond = pace, PaceCeiling = 0 };
        var world = new GateWorld(policy, (_, at) => at < 60 ? 503 : 202);
        for (var n = 0; n < 10_000; n++)
        {
            world.Lose($"s{n}", 0, foreground: n % 10 == 9);
        }

        world.RunUntil(900);
        var admitted = world.Webhooks.Where(w => w.Status == 202).Select(w => GateWorld.Seconds(w.At)).Order().ToList();
        Assert.Equal(10_000, admitted.Count);
        var rate = (admitted.Count - 1) / (admitted[^1] - admitted[0]);
        Assert.InRange(rate, pace * 0.95, pace * 1.05);
        Assert.InRange(world.Sessions.Average(s => s.Asks), 2, 7);
        var line = world.Webhooks.Where(w => w is { Status: 202, Probe: false }).Select(w => GateWorld.Seconds(w.At)).ToList();
        Assert.InRange(line.Zip(line.Skip(1), (a, b) => b - a).Min(), 0.99 / pace, 1.01 / pace);

        var lastForeground = world.Webhooks.Where(w => w.By.Foreground && w.Status == 202).Max(w => w.At);
        var before = world.Webhooks.Count(w => !w.By.Foreground && w.Status == 202 && w.At < lastForeground);
        Assert.True(before <= pace * 3, $"{before} sessions went before the last one that somebody looks at");
    }

    [Fact]
    public void A_session_that_its_app_cannot_serve_does_not_keep_the_others_waiting()
    {
        var world = new GateWorld(Policy.Default, (name, at) => at < 30 || name == "s0" ? 503 : 202);
        for (var n = 0; n < 40; n++)
        {
            world.Lose($"s{n}", 0);
        }

        world.RunUntil(600);
        Assert.All(world.Sessions.Skip(1), s => Assert.InRange(GateWorld.Seconds(s.AttachedAt!.Value), 30, 45));
    }
}
