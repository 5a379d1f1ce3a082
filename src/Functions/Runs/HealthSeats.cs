using Microsoft.Extensions.Hosting;

namespace Lifecycle.Functions.Runs;

/// <summary>
/// How many rounds of questions go on in this process at once. A round holds one of the places that activities have for some 20 s (host.json: 100), and
/// webhooks need some, too: beyond the limit an app is asked once a round. A host that stops ends them all, or it would wait for each.
/// </summary>
public sealed class HealthSeats : IHostedService, IDisposable
{
    /// <summary>The most rounds at once.</summary>
    public const int Most = 50;

    readonly CancellationTokenSource stopping = new();
    int taken;

    /// <summary>Cancelled when the host stops.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Takes a seat; null when none is free. Disposing of it gives it back.</summary>
    public IDisposable? TryTake()
    {
        if (Interlocked.Increment(ref taken) <= Most)
        {
            return new Seat(this);
        }

        Interlocked.Decrement(ref taken);
        return null;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        stopping.Cancel();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    sealed class Seat(HealthSeats seats) : IDisposable
    {
        int given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref given, 1) == 0)
            {
                Interlocked.Decrement(ref seats.taken);
            }
        }
    }
}
