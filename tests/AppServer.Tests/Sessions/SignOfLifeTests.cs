using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>What a process that lives and cannot attach says of itself.</summary>
public class SignOfLifeTests
{
    const string Firewalled = "connection refused";

    [Fact]
    public void Attach_ConnectRefused_CountsEveryTryAndSaysWhy()
    {
        var app = new VirtualApp();
        app.Engine.OpenError = Firewalled;
        app.Begin();
        Assert.True(app.IsWithin(30, () => app.Engine.Tries.Count == 3));
        Assert.Equal(["1", "2 refused", "3 refused"], app.Tries);
    }

    [Fact]
    public void Attach_NegotiateUnreachable_CountsAndRefusesNoConnect()
    {
        var app = new VirtualApp();
        app.Engine.IsUnreachable = true;
        app.Begin();
        Assert.True(app.IsWithin(30, () => app.Engine.Tries.Count == 3));
        Assert.Equal(["1", "2", "3"], app.Tries);
    }

    [Fact]
    public void Reconnect_AfterAnAck_CountsFromOneAgain()
    {
        var app = new VirtualApp();
        app.Engine.OpenError = Firewalled;
        app.Begin();
        app.RunFor(20);
        app.Engine.OpenError = null;
        Assert.True(app.IsWithin(30, () => app.Session.State == SessionState.Attached));
        app.Engine.Tries.Clear();
        app.Run(app.Engine.Sockets[^1].Lose);
        app.RunFor(1);
        Assert.Equal(["1"], app.Tries);
    }

    [Fact]
    public void Attach_AckIsLate_AsksWithTheNumberOfItsTry()
    {
        var app = new VirtualApp();
        app.Engine.OpenError = Firewalled;
        app.Begin();
        (app.Engine.OpenError, app.Engine.Delay) = (null, TimeSpan.FromSeconds(14));
        Assert.True(app.IsWithin(30, () => app.Session.State == SessionState.Attached));
        Assert.Equal(["1", "2 refused", "2 refused"], app.Tries.Take(3));
        Assert.All(app.Tries.Skip(1), text => Assert.Equal("2 refused", text));
        Assert.Single(app.Engine.Sockets);
    }

    // Lifecycle closed it, so there was a socket to close.
    [Fact]
    public void Attach_ClosedForItsTokenWhileItOpens_IsNoRefusedConnect()
    {
        var app = new VirtualApp();
        app.Attach();
        app.Engine.OpenError = "Server returned an error on close: stale_token";
        app.Run(app.Engine.Sockets[0].Lose);
        Assert.True(app.IsWithin(5, () => app.Engine.Tries.Count >= 2));
        Assert.Equal(["1", "2"], app.Tries.Take(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reconnect_CannotConnect_TriesASecondTimeWithinTheGrace(bool hangs)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var app = new VirtualApp(seed);
            app.Attach();
            if (hangs) app.Engine.Hangs = int.MaxValue;
            else app.Engine.OpenError = Firewalled;
            app.Run(app.Engine.Sockets[0].Lose);
            Assert.True(app.IsWithin(6 * 0.85, () => app.Engine.Tries.Count >= 2), $"seed {seed}");
            Assert.True(app.Engine.Tries[1] is { Number: 2, ConnectRefused: true }, $"seed {seed}: {app.Engine.Tries[1]}");
        }
    }

    [Theory]
    [InlineData(false, 30)]
    [InlineData(true, 40)] // A connect that hangs takes the ten seconds of an attempt.
    public void Reconnect_FirewalledForAnHour_TriesOnAndOn(bool hangs, double longestSeconds)
    {
        var app = new VirtualApp();
        app.Attach();
        if (hangs) app.Engine.Hangs = int.MaxValue;
        else app.Engine.OpenError = Firewalled;
        app.Run(app.Engine.Sockets[0].Lose);
        app.RunFor(3_600);
        DateTimeOffset[] times = [.. app.Engine.Tries.Select(known => known.At), app.Now];
        var longest = times.Zip(times.Skip(1), (a, b) => b - a).Max();
        Assert.True(longest < TimeSpan.FromSeconds(longestSeconds + 0.3), $"{longest} between two tries");
        Assert.Equal(Enumerable.Range(1, app.Engine.Tries.Count), app.Engine.Tries.Select(known => known.Number));
        Assert.Equal(SessionState.Reconnecting, app.Session.State);
    }

    // It had backed off to half a minute while connects were refused, and came as late when the service was back.
    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    public void Reconnect_ServiceAway_ComesWithinASecondOfItsSlotHoweverLongItWas(int minutes)
    {
        var app = new VirtualApp();
        app.Attach();
        app.Engine.OpenError = Firewalled;
        app.Run(app.Engine.Sockets[0].Lose);
        app.RunFor(120);
        (app.Engine.OpenError, app.Engine.AwayFor) = (null, 7);
        app.RunFor(minutes * 60);
        var told = app.Refusals.Where(refusal => refusal.Code == RefusalCode.ServiceAway).ToList();
        Assert.True(told.Count > minutes * 60 / 8 - 6, $"told {told.Count} times");
        Assert.All(told, refusal =>
        {
            Assert.Equal(TimeSpan.FromSeconds(7), refusal.RetryAfter);
            Assert.InRange(refusal.RetryIn, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8));
        });
        Assert.True(told.Select(refusal => refusal.RetryIn).Distinct().Count() > 10, "no jitter of its own");
        app.Engine.AwayFor = null;
        Assert.True(app.IsWithin(8.2, () => app.Session.State == SessionState.Attached));
    }

    // The socket that waits for its ack is worth more than one that nobody can open.
    [Fact]
    public void Attach_ServiceAwayWhileAnAckIsLate_KeepsTheSocket()
    {
        var app = new VirtualApp();
        app.Engine.Delay = TimeSpan.FromSeconds(20);
        app.Begin();
        app.Engine.AwayFor = 3;
        app.RunFor(21);
        Assert.Equal((SessionState.Attached, 1), (app.Session.State, app.Engine.Sockets.Count));
        Assert.All(app.Tries, text => Assert.Equal("1", text));
    }
}
