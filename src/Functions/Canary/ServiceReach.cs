using Lifecycle.Entities;

namespace Lifecycle.Functions.Canary;

/// <summary>
/// Whether clients can open sockets at the SignalR service, for whoever asks how the platform fares. It costs a socket in ten seconds while somebody asks, and nothing otherwise.
/// </summary>
public sealed class ServiceReach(IServiceWatch watch, TimeProvider time)
{
    /// <summary>How long what a look has seen counts for those who ask.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take. A look that takes longer goes on, and its answer is the next one's.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    readonly Lock gate = new();
    long? lookedAt;
    DateTimeOffset? seenAt;

    /// <summary>When somebody asked here last and got an answer, UTC; null for never.</summary>
    public DateTimeOffset? SeenAt
    {
        get
        {
            lock (gate)
            {
                return seenAt;
            }
        }
    }

    /// <summary>What is known. Never throws, and answers within a second.</summary>
    public async Task<ServiceSight> LookAsync(CancellationToken cancellation)
    {
        if (IsFresh())
        {
            return watch.Last;
        }

        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        var sight = await watch.LookAsync(either.Token);
        if (sight.Open is null)
        {
            return watch.Last;
        }

        lock (gate)
        {
            (lookedAt, seenAt) = (time.GetTimestamp(), time.GetUtcNow());
        }

        return sight;
    }

    // While the service is away the watch looks by itself.
    bool IsFresh()
    {
        lock (gate)
        {
            return watch.Last.IsAway || (lookedAt is { } at && time.GetElapsedTime(at) < Every);
        }
    }
}
