using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Support;

/// <summary>
/// Minutes in a moment: a clock that only <see cref="RunUntil"/> moves, and one thread that runs what becomes due. Time goes on when nothing is
/// left to do.
/// </summary>
sealed class VirtualTime : SynchronizationContext
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>A thread of the pool may be put aside in the middle of what it is to post; more looks give it the time to go on.</summary>
    const int QuietLooks = 3, PatientLooks = 16;

    /// <summary>So many steps are looked at with patience; who lets more time go by looks for nothing within a step.</summary>
    const int PatientSteps = 30;

    readonly ConcurrentQueue<(SendOrPostCallback Work, object? State)> _posted = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    /// <summary>Runs what the story begins.</summary>
    public void Run(Action story)
    {
        Post(_ => story(), null);
        Settle(PatientLooks);
    }

    /// <summary>Lets time go by until the condition holds. True when it did within the limit.</summary>
    public bool RunUntil(Func<bool> holds, TimeSpan limit)
    {
        var end = Clock.GetUtcNow() + limit;
        for (var steps = 0; !holds(); steps++)
        {
            if (Clock.GetUtcNow() >= end) return false;
            Clock.Advance(Step);
            Settle(steps < PatientSteps ? PatientLooks : QuietLooks);
        }
        return true;
    }

    void Settle(int looks)
    {
        var before = Current;
        SetSynchronizationContext(this);
        // Some continuations take a way over the pool before they are posted here.
        for (var quiet = 0; quiet < looks;)
        {
            if (Drain()) quiet = 0;
            else
            {
                PassThroughPool();
                quiet++;
            }
        }
        SetSynchronizationContext(before);
    }

    bool Drain()
    {
        var any = false;
        while (_posted.TryDequeue(out var posted))
        {
            posted.Work(posted.State);
            any = true;
        }
        return any;
    }

    // One item behind those of everybody, and one behind those that this thread has left there.
    static void PassThroughPool()
    {
        using var passed = new CountdownEvent(2);
        ThreadPool.UnsafeQueueUserWorkItem(static done => done.Signal(), passed, preferLocal: false);
        ThreadPool.UnsafeQueueUserWorkItem(static done => done.Signal(), passed, preferLocal: true);
        passed.Wait();
    }
}
