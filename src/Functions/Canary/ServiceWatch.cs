using System.Diagnostics;
using Lifecycle.Entities;
using Lifecycle.Functions.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Canary;

/// <summary>
/// What this process knows of the SignalR service, from the canary's looks: one at a time, each shared for 2 s. While the service is away
/// it looks by itself, so that nobody waits for a look that is bound to fail, and says when it is back.
/// </summary>
/// <param name="canary">Looks.</param>
/// <param name="settings">Whether there are looks at all.</param>
/// <param name="metrics">Counts them.</param>
/// <param name="time">All time.</param>
/// <param name="logger">Is told of calls that failed.</param>
/// <param name="random">Spreads the looks of processes that lost the service together; by default the shared one.</param>
public sealed partial class ServiceWatch(
    ICanary canary, LifecycleSettings settings, LifecycleMetrics metrics, TimeProvider time, ILogger<ServiceWatch> logger, Random? random = null)
    : IServiceWatch, IHostedService, IDisposable
{
    readonly Lock gate = new();
    readonly Random random = random ?? Random.Shared;
    readonly CancellationTokenSource stop = new();
    readonly List<Func<DateTimeOffset, CancellationToken, Task>> handlers = [];
    readonly long began = time.GetTimestamp();
    ServiceOutlook outlook = ServiceOutlook.Unknown;
    Task<ServiceSight>? look;
    Task poll = Task.CompletedTask;
    Task calls = Task.CompletedTask;
    DateTimeOffset? backAt;
    bool calling;

    /// <inheritdoc/>
    public ServiceSight Last
    {
        get
        {
            lock (gate)
            {
                return outlook.Sight;
            }
        }
    }

    TimeSpan At => time.GetElapsedTime(began);

    /// <inheritdoc/>
    public bool TakesClient()
    {
        lock (gate)
        {
            (outlook, var isTaken) = outlook.Asked(At);
            return isTaken;
        }
    }

    /// <inheritdoc/>
    public void Attached(DateTimeOffset? negotiatedAt)
    {
        lock (gate)
        {
            outlook = outlook.Attached(negotiatedAt);
        }
    }

    /// <inheritdoc/>
    public void Lost()
    {
        lock (gate)
        {
            outlook = outlook.Lost(At);
            if (outlook.IsCrowd)
            {
                Suspect();
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>If the service goes and comes while a handler is at work, it is called once more afterwards.</remarks>
    public void OnBack(Func<DateTimeOffset, CancellationToken, Task> handler)
    {
        lock (gate)
        {
            handlers.Add(handler);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A caller that gives up learns no more than that nobody has looked; the look goes on for the others.</remarks>
    public async ValueTask<ServiceSight> LookAsync(CancellationToken cancellation)
    {
        if (Current() is not { } current)
        {
            return Last;
        }

        try
        {
            return await current.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return Last with { Open = null };
        }
    }

    /// <inheritdoc/>
    public void Suspect() => Current();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends looks and calls; what was seen last stays.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        stop.Cancel();
        Task all;
        lock (gate)
        {
            all = Task.WhenAll(poll, calls, look ?? Task.CompletedTask);
        }

        await all.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>As <see cref="StopAsync"/>, without waiting.</summary>
    public void Dispose() => stop.Cancel();

    // The look under way, one that begins now, or none if what was seen last is good enough.
    Task<ServiceSight>? Current()
    {
        lock (gate)
        {
            if (!settings.CanaryEnabled || stop.IsCancellationRequested || outlook.Sight.IsAway)
            {
                return null;
            }

            return look ?? (outlook.IsFresh(At) ? null : look = OnceAsync());
        }
    }

    async Task<ServiceSight> OnceAsync()
    {
        await Task.Yield(); // out of the gate
        Activity.Current = null; // it is for everybody, not a part of what the first one to ask is doing
        bool opens;
        try
        {
            opens = await canary.OpensAsync(stop.Token);
        }
        catch (Exception e)
        {
            if (stop.IsCancellationRequested)
            {
                return Ended();
            }

            LogBroken(e);
            opens = false;
        }

        metrics.CanaryLooked(opens);
        return Seen(opens);
    }

    ServiceSight Ended()
    {
        lock (gate)
        {
            look = null;
            return outlook.Sight;
        }
    }

    ServiceSight Seen(bool opens)
    {
        lock (gate)
        {
            var (now, wasAway) = (time.GetUtcNow(), outlook.Sight.IsAway);
            look = null;
            outlook = outlook.Looked(opens, At, now);
            if (!opens && !wasAway)
            {
                poll = PollAsync();
            }
            else if (opens && wasAway)
            {
                Announce(now);
            }

            return outlook.Sight;
        }
    }

    // Nobody else looks while the service is away.
    async Task PollAsync()
    {
        var awayFrom = At;
        ServiceSight seen;
        do
        {
            await Task.Delay(CanarySchedule.Wait(At - awayFrom, random.NextDouble()), time, stop.Token);
            Task<ServiceSight> next;
            lock (gate)
            {
                next = look = OnceAsync();
            }

            seen = await next;
        }
        while (seen.IsAway);
    }

    void Announce(DateTimeOffset at)
    {
        backAt = at;
        if (!calling)
        {
            calling = true;
            calls = CallAsync();
        }
    }

    async Task CallAsync()
    {
        await Task.Yield();
        while (Next() is var (at, called))
        {
            foreach (var handler in called)
            {
                await CallAsync(handler, at);
            }
        }
    }

    (DateTimeOffset At, List<Func<DateTimeOffset, CancellationToken, Task>> Called)? Next()
    {
        lock (gate)
        {
            var next = stop.IsCancellationRequested ? null : backAt;
            backAt = null;
            calling = next is not null;
            return next is { } at ? (at, [.. handlers]) : null;
        }
    }

    async Task CallAsync(Func<DateTimeOffset, CancellationToken, Task> handler, DateTimeOffset at)
    {
        try
        {
            await handler(at, stop.Token);
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested)
            {
                LogCallFailed(e);
            }
        }
    }

    [LoggerMessage(3503, LogLevel.Error, "What waited for the SignalR service could not be told that it is back")]
    partial void LogCallFailed(Exception exception);

    [LoggerMessage(3504, LogLevel.Error, "Looking for the SignalR service failed by itself; it counts as away")]
    partial void LogBroken(Exception exception);
}
