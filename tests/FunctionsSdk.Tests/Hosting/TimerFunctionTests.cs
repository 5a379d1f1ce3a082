using Lifecycle.FunctionsSdk.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class TimerFunctionTests
{
    static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 1, TimeSpan.Zero);

    [Fact]
    public void Timer_WithACronSchedule_RunsWhenItIsDue()
    {
        using var run = new Run(typeof(Cron));

        Assert.Equal([], run.Advance(13));
        Assert.Equal(["cron at 15 s, last none, next 30 s, late False"], run.Advance(1));
        Assert.Equal(["cron at 30 s, last 15 s, next 45 s, late False"], run.Advance(15));
        Assert.Equal(["cron at 50 s, last 30 s, next 60 s, late True"], run.Advance(20));
    }

    [Fact]
    public void Timer_FromASetting_RunsAtOnceAndThenEveryInterval()
    {
        using var run = new Run(typeof(Interval));

        Assert.Equal(["interval at 1 s, last none, next 3 s, late False"], run.AtStart);
        Assert.Equal(["interval at 3 s, last 1 s, next 5 s, late False"], run.Advance(2));
        Assert.Equal(["interval at 5 s, last 3 s, next 7 s, late False"], run.Advance(2));
    }

    [Fact]
    public void Timer_WhoseFunctionThrows_RunsAgainAndIsLogged()
    {
        using var run = new Run(typeof(Throwing));

        Assert.Single(run.Advance(14));
        Assert.Single(run.Advance(15));
        Assert.Contains("Timer function Throwing failed", run.Host.Log.ToString());
    }

    [Fact]
    public void Timer_WhoseFunctionIsStillRunning_IsNotRunAgain()
    {
        using var run = new Run(typeof(Slow));

        Assert.Equal(["slow at 15 s, last none, next 30 s, late False"], run.Advance(14));
        Assert.Equal([], run.Advance(15));
        Assert.Equal([], run.Advance(5));
        Assert.Equal(["slow at 45 s, last 15 s, next 60 s, late False"], run.Advance(10));
    }

    [Fact]
    public void Stop_OfTheHost_EndsTheTimers()
    {
        using var run = new Run(typeof(Cron));

        run.Stop();

        Assert.Equal([], run.Advance(60));
    }

    sealed class Run : IDisposable
    {
        readonly FakeTimeProvider _time = new(s_start);
        readonly Log _log = new();
        readonly Pump _pump = new();
        bool _stopped;

        public Run(Type functions)
        {
            Host = _pump.Run(TestHost.StartAsync(
                builder =>
                {
                    builder.Services.AddSingleton<TimeProvider>(_time);
                    builder.Services.AddSingleton(_log);
                    builder.Configuration["Every"] = "00:00:02";
                },
                functions));
            AtStart = [.. _log.Lines];
        }

        public TestHost Host { get; }

        public string[] AtStart { get; }

        public string[] Advance(int seconds)
        {
            _log.Lines.Clear();
            _time.Advance(TimeSpan.FromSeconds(seconds));
            _pump.Drain();
            return [.. _log.Lines];
        }

        public void Stop()
        {
            _stopped = true;
            _pump.Run(Host.DisposeAsync().AsTask());
        }

        public void Dispose()
        {
            if (!_stopped)
                Stop();
            _pump.Dispose();
        }
    }

    public sealed class Log
    {
        public List<string> Lines { get; } = [];

        public void Add(string name, TimerInfo timer, TimeProvider time)
        {
            var status = timer.ScheduleStatus!;
            Lines.Add($"{name} at {Seconds(time.GetUtcNow().UtcDateTime)}, last {Seconds(status.Last)}, next {Seconds(status.Next)}, late {timer.IsPastDue}");
        }

        static string Seconds(DateTime time) => time == default ? "none" : $"{(time - s_start.UtcDateTime).TotalSeconds + 1:0} s";
    }

    public sealed class Slow(Log log, TimeProvider time)
    {
        [Function("Slow")]
        public async Task Run([TimerTrigger("*/15 * * * * *")] TimerInfo timer, CancellationToken cancellation)
        {
            log.Add("slow", timer, time);
            await Task.Delay(TimeSpan.FromSeconds(20), time, cancellation);
        }
    }

    public sealed class Cron(Log log, TimeProvider time)
    {
        [Function("Cron")]
        public void Run([TimerTrigger("*/15 * * * * *")] TimerInfo timer) => log.Add("cron", timer, time);
    }

    public sealed class Interval(Log log, TimeProvider time)
    {
        [Function("Interval")]
        public void Run([TimerTrigger("%Every%", RunOnStartup = true)] TimerInfo timer) => log.Add("interval", timer, time);
    }

    public sealed class Throwing(Log log, TimeProvider time)
    {
        [Function("Throwing")]
        public void Run([TimerTrigger("*/15 * * * * *")] TimerInfo timer)
        {
            log.Add("throwing", timer, time);
            throw new InvalidOperationException("unlucky");
        }
    }
}
