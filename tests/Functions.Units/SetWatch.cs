using Lifecycle.Entities;

namespace Lifecycle.Functions.Units;

/// <summary>A watch that says of the SignalR service what a test sets, and counts who asks.</summary>
sealed class SetWatch : IServiceWatch
{
    public ServiceSight Last { get; set; } = new(Open: true);

    public bool TakesClient() => !Last.IsAway;

    public int Looks { get; private set; }

    public int Suspicions { get; private set; }

    public ValueTask<ServiceSight> LookAsync(CancellationToken cancellation)
    {
        Looks++;
        return new(Last);
    }

    public void Suspect() => Suspicions++;

    public void Attached(DateTimeOffset? negotiatedAt)
    {
        // No unit has a connection,
    }

    public void Lost()
    {
        // and so none is lost.
    }

    public void OnBack(Func<DateTimeOffset, CancellationToken, Task> handler) => throw new NotSupportedException("It never comes back by itself.");
}
