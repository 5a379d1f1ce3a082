using System.Collections.Concurrent;
using Azure.Storage.Queues;
using DurableTask.Core.Entities;
using DurableTask.Core.Entities.OperationFormat;

namespace Lifecycle.Bench.Storage;

/// <summary>
/// An entity with the traffic of an app session and nothing of its rules: so large a state, a signal to itself at the end of the grace window, and
/// an event for each change of state, which is sent by the operation after it, when it is known to be stored.
/// </summary>
/// <param name="stateBytes">How large its state is.</param>
/// <param name="grace">The grace window.</param>
/// <param name="events">Where its events go; null for nowhere.</param>
sealed class SessionShape(int stateBytes, TimeSpan grace, QueueClient? events) : TaskEntity
{
    /// <summary>The socket is lost: the grace timer is armed.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>It is back.</summary>
    public const string Connected = "connected";

    /// <summary>The grace timer, which comes to nothing.</summary>
    public const string Timer = "timer";

    /// <summary>Anything else.</summary>
    public const string Touch = "touch";

    // About as long as one of the app's.
    static readonly string @event = new('e', 900);

    readonly ConcurrentDictionary<string, int> ran = new(StringComparer.Ordinal);

    /// <summary>How often an operation has run, on all sessions.</summary>
    public int Ran(string operation) => ran.GetValueOrDefault(operation);

    public override async Task<EntityBatchResult> ExecuteOperationBatchAsync(EntityBatchRequest operations)
    {
        var (results, actions) = (new List<OperationResult>(), new List<OperationAction>());
        foreach (var request in operations.Operations!)
        {
            results.Add(new OperationResult());
            if (request.Operation == Disconnected)
            {
                actions.Add(Arm(operations.InstanceId!));
            }

            if (events is not null && request.Operation is (Connected or Timer))
            {
                await events.SendMessageAsync(@event);
            }

            ran.AddOrUpdate(request.Operation!, 1, static (_, count) => count + 1);
        }

        return new() { Results = results, Actions = actions, EntityState = State() };
    }

    SendSignalOperationAction Arm(string self)
    {
        var now = TimeProvider.System.GetUtcNow();
        var at = TimerAlignment.SignalAt(now + grace, now, DurableBackend.AzureStorage);
        return new() { InstanceId = self, Name = Timer, ScheduledTime = at.UtcDateTime };
    }

    // JSON, and another one each time.
    string State() => $"\"{Guid.NewGuid():N}{new string('s', Math.Max(0, stateBytes - 34))}\"";
}
