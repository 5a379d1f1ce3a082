using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Timers;

/// <summary>Runs the timer functions, each on its schedule and never twice at a time.</summary>
sealed class TimerRunner(FunctionInvoker invoker, TimeProvider time, ILogger<TimerRunner> logger)
{
    // What a timer can wait for in one go.
    static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    readonly CancellationTokenSource _stop = new();
    Task _running = Task.CompletedTask;

    public void Start(IReadOnlyList<TimerEntry> timers) => _running = Task.WhenAll(timers.Select(RunAsync).ToArray());

    /// <summary>Starts no more runs and waits for those that go on.</summary>
    public async Task StopAsync()
    {
        // Not CancelAsync: that would leave the thread, which virtual time does not allow.
        _stop.Cancel();
        await _running;
    }

    async Task RunAsync(TimerEntry timer)
    {
        // The host's start is not held up by the first run.
        await Task.Yield();
        var last = default(DateTime);
        if (timer.RunOnStartup)
            last = await InvokeAsync(timer, last, timer.Schedule.Next(time.GetUtcNow()), false);
        while (timer.Schedule.Next(time.GetUtcNow()) is { } due && await WaitAsync(due))
            last = await InvokeAsync(timer, last, timer.Schedule.Next(due), time.GetUtcNow() - due > TimeSpan.FromSeconds(1));
    }

    async Task<bool> WaitAsync(DateTimeOffset due)
    {
        try
        {
            for (var left = due - time.GetUtcNow(); left > TimeSpan.Zero; left = due - time.GetUtcNow())
                await Task.Delay(left < s_longest ? left : s_longest, time, _stop.Token);
            return !_stop.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    async Task<DateTime> InvokeAsync(TimerEntry timer, DateTime last, DateTimeOffset? next, bool late)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var status = new ScheduleStatus { Last = last, Next = next?.UtcDateTime ?? default, LastUpdated = last };
        try
        {
            await invoker.InvokeAsync(timer.Function, new TimerInfo { ScheduleStatus = status, IsPastDue = late }, _stop.Token);
        }
        catch (Exception e)
        {
            TimerLog.Failed(logger, e, timer.Function.Name);
        }
        return now;
    }
}
