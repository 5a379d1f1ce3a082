using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.SignalREmulator.Tests.Support;

/// <summary>Runs a test on one thread and on virtual time: when nothing is left to do, the clock moves on.</summary>
sealed class TestPump : SynchronizationContext
{
    static readonly TimeSpan step = TimeSpan.FromMilliseconds(100);
    readonly Queue<(SendOrPostCallback Callback, object? State)> turns = new();
    readonly int thread = Environment.CurrentManagedThreadId;

    /// <summary>Runs to the end, or fails when the test does not end within the given virtual time.</summary>
    public static void Run(FakeTimeProvider time, TimeSpan atMost, Func<Task> test)
    {
        var before = Current;
        var pump = new TestPump();
        SetSynchronizationContext(pump);
        try
        {
            var running = test();
            var end = time.GetUtcNow() + atMost;
            pump.Drain();
            while (!running.IsCompleted)
            {
                Assert.True(time.GetUtcNow() < end, $"The test did not end within {atMost} of virtual time.");
                time.Advance(step);
                pump.Drain();
            }
            running.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        turns.Enqueue((d, state));
    }

    void Drain()
    {
        while (turns.TryDequeue(out var turn))
        {
            turn.Callback(turn.State);
        }
    }
}
