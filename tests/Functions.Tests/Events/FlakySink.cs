using Lifecycle.Entities;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>A sink whose health the test decides.</summary>
sealed class FlakySink : IEventSink
{
    public List<OutboxRecord> Taken { get; } = [];

    /// <summary>What happens to a record before it is taken.</summary>
    public Func<OutboxRecord, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public bool Down
    {
        set => Before = value ? (_, _) => throw new EventSinkException("down") : (_, _) => Task.CompletedTask;
    }

    public IReadOnlyList<OutboxRecord> Events => [.. Taken.Where(r => r.Destination == OutboxDestination.Events)];

    public async Task SendAsync(OutboxRecord record, CancellationToken cancellation)
    {
        await Before(record, cancellation);
        Taken.Add(record);
    }
}
