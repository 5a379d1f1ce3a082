namespace Lifecycle.Cli.Tests.Support;

/// <summary>The system's clock, except that nobody who waits between two looks has to.</summary>
sealed class HurriedTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : dueTime, period);
}
