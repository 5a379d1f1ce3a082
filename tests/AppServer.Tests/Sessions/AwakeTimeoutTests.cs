using Lifecycle.Sdk.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Sessions;

public class AwakeTimeoutTests
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(8);
    static readonly TimeSpan part = limit / AwakeTimeout.Parts;

    readonly SleepyTime time = new();

    [Fact]
    public void Timeout_ProcessThatRuns_IsCancelledThen()
    {
        using var timeout = new AwakeTimeout(limit, time);
        time.Run(limit - TimeSpan.FromMilliseconds(1));
        Assert.False(timeout.IsCancellationRequested);
        time.Run(TimeSpan.FromMilliseconds(1));
        Assert.True(timeout.IsCancellationRequested);
    }

    // In a drill the machine stood still for 6 s while 200 apps came back from a cloud restart. Twelve of them cut their attempts the moment it
    // went on, each with the answer waiting in its socket: Lifecycle saw them come and be lost, and come again.
    [Fact]
    public void Timeout_MachineThatStoodStill_LeavesTimeToReadWhatCameMeanwhile()
    {
        using var timeout = new AwakeTimeout(limit, time);
        time.Run(part * 3.9);
        time.Sleep(limit);
        Assert.False(timeout.IsCancellationRequested);
        time.Run(part);
        Assert.True(timeout.IsCancellationRequested);
    }

    [Fact]
    public void Timeout_ProcessThatSleepsAgainAndAgain_IsCancelledAllTheSame()
    {
        using var timeout = new AwakeTimeout(limit, time);
        for (var i = 0; i < AwakeTimeout.Parts; i++) time.Sleep(part * 2);
        Assert.False(timeout.IsCancellationRequested);
        for (var i = 0; i < AwakeTimeout.Parts; i++) time.Sleep(part * 2);
        Assert.True(timeout.IsCancellationRequested);
    }

    [Fact]
    public void Dispose_BeforeTheTime_LeavesNothingBehind()
    {
        var timeout = new AwakeTimeout(limit, time);
        var token = timeout.Token;
        timeout.Dispose();
        time.Run(limit * 3);
        Assert.False(token.IsCancellationRequested);
    }

    /// <summary>A clock whose timers fire late after a sleep, as those of a machine that stood still.</summary>
    sealed class SleepyTime : TimeProvider
    {
        static readonly TimeSpan step = TimeSpan.FromMilliseconds(10);

        readonly FakeTimeProvider timers = new();
        long slept;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => timers.GetUtcNow().Ticks + slept;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            timers.CreateTimer(callback, state, dueTime, period);

        public void Run(TimeSpan span)
        {
            for (var left = span; left > TimeSpan.Zero; left -= step) timers.Advance(left < step ? left : step);
        }

        // What was due in it fires behind it.
        public void Sleep(TimeSpan span)
        {
            slept += (span - part).Ticks;
            timers.Advance(part);
        }
    }
}
