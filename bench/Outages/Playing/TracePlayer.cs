using Lifecycle.Bench.Outages.Strategies;
using Lifecycle.Local.Durable;
using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages.Playing;

/// <summary>Plays one trace against one strategy, on virtual time.</summary>
sealed class TracePlayer
{
    static readonly DateTimeOffset start = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    readonly OutageTrace trace;
    readonly TimeProvider time;
    readonly IStrategy strategy;
    readonly Journal journal;
    readonly List<OutageApp> apps;
    readonly List<Task> begun = [];

    TracePlayer(OutageTrace trace, IStrategy strategy, TimeProvider time)
    {
        (this.trace, this.strategy, this.time) = (trace, strategy, time);
        journal = new Journal(time, start.AddMilliseconds(trace.OutageMs));
        apps = [.. trace.Apps.Select(app => new OutageApp(app, trace, strategy, journal, time))];
    }

    /// <exception cref="InvalidOperationException">Work escaped the clock: the run is not repeatable.</exception>
    public static OutageResult Play(OutageTrace trace, Contender contender) =>
        Run($"{trace.Name} with {contender.Name}", time => PlayAsync(trace, contender.Name, contender.New(time, trace.Seed), time));

    /// <summary>Plays one trace against one strategy that is there; must be called on the pump, at the trace's start.</summary>
    public static Task<OutageResult> PlayAsync(OutageTrace trace, string name, IStrategy strategy, TimeProvider time) =>
        new TracePlayer(trace, strategy, time).PlayAsync(name);

    /// <summary>Runs something on a pump of its own.</summary>
    /// <exception cref="InvalidOperationException">Work escaped the clock: the run is not repeatable.</exception>
    public static T Run<T>(string what, Func<VirtualTimeProvider, Task<T>> play)
    {
        var time = new VirtualTimeProvider(start);
        T? result = default;
        time.Run(async () => result = await play(time));
        return time.ForeignPosts == 0 ? result! : throw new InvalidOperationException($"{time.ForeignPosts} continuations escaped the simulation of {what}.");
    }

    async Task<OutageResult> PlayAsync(string strategyName)
    {
        var byPackage = apps.ToDictionary(app => app.Package);
        strategy.Webhooks = webhook => byPackage[webhook.Id.PackageName].AnswerAsync(webhook);
        strategy.Health = package => byPackage[package].HealthStatus;
        foreach (var app in apps)
        {
            await strategy.RegisterAsync(app.Package);
        }

        foreach (var step in trace.Steps.SelectMany(s => s.Repeated()).OrderBy(s => s.AtMs))
        {
            await UntilAsync(step.AtMs);
            Do(step);
        }

        await UntilAsync(trace.UntilMs);
        // A start that failed would look like an app that never came back.
        await Task.WhenAll(begun);
        return await ResultAsync(strategyName);
    }

    Task UntilAsync(double ms) => Waits.Async(start.AddMilliseconds(ms) - time.GetUtcNow(), time);

    void Do(StepModel step)
    {
        switch (step.Do)
        {
            case StepKind.Start: begun.AddRange(Sessions.Select(session => StartAsync(session, step.Ms))); break;
            case StepKind.KillApp: apps.ForEach(app => app.Kill(step.Status)); break;
            case StepKind.BootApp: apps.ForEach(app => app.Boot()); break;
            case StepKind.DropSockets: apps.ForEach(app => app.DropSockets()); break;
            case StepKind.EndpointsDown: begun.Add(EndpointsDownAsync(step.Ms)); break;
            case StepKind.KillHost: begun.Add(strategy.BeAwayAsync(TimeSpan.FromMilliseconds(step.Ms))); break;
            default: throw new FormatException($"{trace.Name}: no outage has a step {step.Do}.");
        }
    }

    IEnumerable<OutageSession> Sessions => apps.SelectMany(app => app.Sessions);

    async Task StartAsync(OutageSession session, double withinMs)
    {
        await Waits.Async(TimeSpan.FromMilliseconds(StableHash.Uniform(session.Id, $"{trace.Seed}|start", 0) * withinMs), time);
        await strategy.StartAsync(session.Id, session.IsForeground);
    }

    async Task EndpointsDownAsync(double ms)
    {
        strategy.AcceptConnections(false);
        await Waits.Async(TimeSpan.FromMilliseconds(ms), time);
        strategy.AcceptConnections(true);
    }

    async Task<OutageResult> ResultAsync(string strategyName)
    {
        var outageAt = start.AddMilliseconds(trace.OutageMs);
        var up = TimeSpan.FromMilliseconds((trace.UpMs ?? trace.UntilMs) - trace.OutageMs);
        var givenUp = new List<TimeSpan>();
        foreach (var session in Sessions.Where(s => !journal.RunningSince.ContainsKey(s.Id)))
        {
            if (await strategy.GivenUpAtAsync(session.Id) is { } at)
            {
                givenUp.Add(at - outageAt);
            }
        }

        return new OutageResult
        {
            Trace = trace,
            Strategy = strategyName,
            Webhooks = journal.Webhooks,
            Running = journal.Running,
            Recoveries = [.. journal.RunningSince.Values.Select(at => at > up ? at - up : TimeSpan.Zero).Order()],
            GivenUp = [.. givenUp.Order()],
            FalseResurrections = journal.FalseResurrections,
        };
    }
}
