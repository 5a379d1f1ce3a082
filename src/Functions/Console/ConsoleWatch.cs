using Lifecycle.Entities;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Console;

/// <summary>
/// Lets all instances know that somebody looks on. Whoever does negotiates again every minute (<see cref="RenewWithin"/>); that holds for
/// <see cref="Lease"/> in this process at once, and in the others by <see cref="ConsoleWatchEntity"/>: eight signals, at most once in
/// <see cref="TellEvery"/> however many look. With nobody looking nothing is sent and nothing is read.
/// </summary>
public sealed class ConsoleWatch(ITransitionFeed feed, TimeProvider time)
{
    /// <summary>How soon to negotiate again.</summary>
    public static readonly TimeSpan RenewWithin = TimeSpan.FromMinutes(1);

    /// <summary>For how long one who looks on is taken to do so.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(150);

    /// <summary>How often the others are told, at most.</summary>
    public static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(45);

    readonly Lock gate = new();
    long? toldAt;

    /// <summary>Somebody looks on.</summary>
    public async Task SeenAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + Lease;
        feed.WatchUntil(until);
        if (!IsToTell())
        {
            return;
        }

        try
        {
            for (var n = 0; n < ConsoleWatchEntity.Keys; n++)
            {
                await client.Entities.SignalEntityAsync(ConsoleWatchEntity.IdOf(n), nameof(ConsoleWatchEntity.Look), new WatchSeen(until), cancellation: cancellation);
            }
        }
        catch
        {
            // The others were not told, or not all: whoever looks next tells them.
            ForgetTold();
            throw;
        }
    }

    bool IsToTell()
    {
        lock (gate)
        {
            if (toldAt is { } last && time.GetElapsedTime(last) < TellEvery)
            {
                return false;
            }

            toldAt = time.GetTimestamp();
            return true;
        }
    }

    void ForgetTold()
    {
        lock (gate)
        {
            toldAt = null;
        }
    }
}
