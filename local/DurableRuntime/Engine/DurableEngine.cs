using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.Durable;

/// <summary>
/// The embedded durable engine: entities, orchestrations and activities on one database, one transaction per work item. Entity
/// operations and orchestration turns are exactly once in effect, activities at least once; all of it survives a killed process.
/// </summary>
public sealed partial class DurableEngine : IAsyncDisposable
{
    static readonly TimeSpan retryAfter = TimeSpan.FromSeconds(1);

    readonly DurableStore store;
    readonly TimeProvider time;
    readonly IDurableHandlers handlers;
    readonly ILogger logger;
    readonly DeliveryTiming timing;
    readonly CommitQueue commits;
    readonly WorkPace pace;
    readonly WorkScheduler turns;
    readonly WorkScheduler activities;
    readonly ActivityWork activityWork;
    readonly Mailboxes mailboxes;
    readonly DueQueue due;
    readonly CompletionWaiters waiters = new();
    readonly StateCache states = new();
    readonly ConcurrentDictionary<string, List<DurableMessage>> early = new(StringComparer.Ordinal);
    readonly Lock startGate = new();
    readonly Lazy<Task> drained;
    long foundUpTo;
    bool started;
    long executions;
    volatile bool stopped;

    /// <summary>Makes an engine on a store. On virtual time it stays on the pump that is current, and commits at once.</summary>
    public DurableEngine(DurableStore store, DurableOptions options, TimeProvider time, IDurableHandlers handlers, ILogger logger)
    {
        // Any other context (a test framework's, a user interface's) is nobody's to occupy.
        var context = time is VirtualTimeProvider ? SynchronizationContext.Current : null;
        (this.store, this.time, this.handlers, this.logger) = (store, time, handlers, logger);
        timing = DeliveryTiming.For(options, Statistics);
        commits = new CommitQueue(store, inline: context is not null, Statistics, states, Deliver);
        pace = new WorkPace(options.EngineCapacity, time);
        turns = new WorkScheduler(options.MaxConcurrentTurns, pace, context);
        activities = new WorkScheduler(options.MaxConcurrentActivities, pace, context);
        activityWork = new ActivityWork(handlers, timing, Statistics, () => stopped, FinishAsync);
        mailboxes = new Mailboxes(turns, WorkAsync);
        due = new DueQueue(time, Dispatch);
        drained = new Lazy<Task>(DrainAsync);
    }

    /// <summary>What it has done so far.</summary>
    public EngineStatistics Statistics { get; } = new();

    /// <summary>The store, for reading.</summary>
    public DurableStore Store => store;

    /// <summary>
    /// Begins to work: what was under way when the last process ended goes on. It is put in line whole before anything runs, and
    /// before anything that is told meanwhile: nothing new may overtake it.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has been started before.</exception>
    public void Start()
    {
        lock (startGate)
        {
            if (started)
            {
                throw new InvalidOperationException("The durable engine has been started already.");
            }

            var now = time.GetUtcNow();
            var found = store.ReadMessages().ConvertAll(message => (Message: message, At: timing.RedeliverAt(message, now)));
            // What is due later goes last: its timer must not come in between.
            foreach (var (message, at) in found.OrderBy(line => line.At > now))
            {
                DispatchAt(message, at, now);
            }

            foundUpTo = found.Count == 0 ? 0 : found[^1].Message.Sequence;
            started = true;
        }

        turns.Release();
        activities.Release();
    }

    /// <summary>
    /// The name of a new execution. The time keeps it apart from those of earlier processes, which is why message sequences do not
    /// do: they begin anew when a process starts on a store without messages.
    /// </summary>
    public string NewExecution() =>
        string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().UtcTicks:x}.{Interlocked.Increment(ref executions)}");

    /// <summary>Stores a client's request; what it sends is delivered. False if the instance it needs ended is under way.</summary>
    public Task<bool> CommitAsync(DurableTransaction transaction) => commits.CommitAsync(transaction);

    /// <summary>Completes when the instance has ended, and is cancelled when the engine stops.</summary>
    public Task<OrchestrationRecord> WaitForEndAsync(string instanceId, CancellationToken cancellation) =>
        waiters.WaitAsync(instanceId, () => store.ReadOrchestration(instanceId), record => record.IsOver, cancellation);

    /// <summary>Completes when the instance has taken its first turn, and is cancelled when the engine stops.</summary>
    public Task<OrchestrationRecord> WaitForStartAsync(string instanceId, CancellationToken cancellation) =>
        waiters.WaitAsync(instanceId, () => store.ReadOrchestration(instanceId), record => record.State != OrchestrationState.Pending, cancellation);

    /// <summary>Begins no work for so long. What is told meanwhile is stored and waits.</summary>
    public void StandStill(TimeSpan duration) => pace.StandStill(duration);

    /// <summary>Stops at once, as a killed process would: what runs is not stored.</summary>
    public void Abort()
    {
        stopped = true;
        commits.Abort();
        due.Dispose();
        pace.End();
        waiters.Close();
    }

    /// <summary>
    /// Stops taking work and waits for what runs; what waits is found again at the next start, as after a kill. Every call completes
    /// when all of that is done.
    /// </summary>
    public ValueTask DisposeAsync() => new(drained.Value);

    async Task DrainAsync()
    {
        stopped = true;
        due.Dispose();
        pace.End(); // first: what runs may be one who waits
        waiters.Close();
        await turns.DrainAsync();
        await activities.DrainAsync();
        commits.Dispose();
    }

    void Deliver(IReadOnlyList<DurableMessage> messages)
    {
        lock (startGate)
        {
            if (!started)
            {
                return; // stored: the start finds them
            }
        }

        var now = time.GetUtcNow();
        foreach (var message in messages)
        {
            if (message.Sequence > foundUpTo)
            {
                DispatchAt(message, timing.DeliverAt(message, now), now);
            }
        }
    }

    void DispatchAt(DurableMessage message, DateTimeOffset at, DateTimeOffset now)
    {
        if (at > now)
        {
            due.Add(message, at);
        }
        else
        {
            Dispatch([message]);
        }
    }

    void Dispatch(IReadOnlyList<DurableMessage> messages)
    {
        if (stopped)
        {
            return; // stored, and found again at the next start
        }

        foreach (var message in messages)
        {
            if (message.Kind == MessageKind.Activity)
            {
                activities.Run(() => GuardAsync(message.Target, () => activityWork.RunAsync(message)));
            }
            else
            {
                mailboxes.Deliver(message);
                timing.Delivered(message);
            }
        }
    }

    Task WorkAsync(string target, IReadOnlyList<DurableMessage> messages) => GuardAsync(
        target, () => target[0] == '@' ? RunEntityAsync(target, messages) : RunOrchestrationAsync(target, messages));

    // What could not be stored is done again, here and not behind later messages: their order is part of the contract.
    async Task GuardAsync(string target, Func<Task> work)
    {
        while (!stopped && !await TryAsync(target, work))
        {
            await Task.Delay(retryAfter, time);
        }
    }

    // The one catch around all work. False: try again.
    async Task<bool> TryAsync(string target, Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception e) when (!stopped)
        {
            EngineLog.WorkFailed(logger, target, e);
            return false;
        }
        catch (Exception e)
        {
            EngineLog.CutOff(logger, target, e); // nothing was stored: the messages are found again at the next start
            return true;
        }
    }
}
