using Google.Protobuf.WellKnownTypes;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Protobuf;
using Line = Lifecycle.Local.Durable.HistoryEvent;
using P = Microsoft.DurableTask.Protobuf;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>Writes the engine's histories as the Durable extension sends them to a worker.</summary>
sealed class OrchestratorRequests(EntityCalls calls)
{
    // What the extension's default is; here nothing is reordered.
    static readonly TimeSpan reorderWindow = TimeSpan.FromMinutes(30);

    /// <summary>The request that lets the worker replay a turn.</summary>
    public OrchestratorRequest Of(OrchestrationTurn turn)
    {
        var request = new OrchestratorRequest
        {
            InstanceId = turn.Instance.InstanceId,
            ExecutionId = turn.Instance.Execution,
            EntityParameters = new OrchestratorEntityParameters { EntityMessageReorderWindow = Duration.FromTimeSpan(reorderWindow) },
        };
        var asked = turn.History.Where(line => line.Kind == HistoryKind.Action).ToDictionary(line => line.TaskId);
        var events = turn.History.Select(line => EventOf(turn.Instance, line, asked)).ToArray();
        request.PastEvents.Add(events[..turn.Known]);
        request.NewEvents.Add(events[turn.Known..]);
        return request;
    }

    P.HistoryEvent EventOf(OrchestrationRecord instance, Line line, Dictionary<int, Line> asked)
    {
        var written = new P.HistoryEvent { EventId = line.Kind == HistoryKind.Action ? line.TaskId : -1, Timestamp = Timestamp.FromDateTimeOffset(line.At) };
        switch (line.Kind)
        {
            case HistoryKind.Turn:
                written.OrchestratorStarted = new OrchestratorStartedEvent();
                break;
            case HistoryKind.Started:
                written.ExecutionStarted = StartOf(instance, line);
                break;
            case HistoryKind.TimerFired:
                written.TimerFired = new TimerFiredEvent { TimerId = line.TaskId, FireAt = DueOf(asked[line.TaskId]) };
                break;
            case HistoryKind.EventRaised:
                written.EventRaised = new EventRaisedEvent { Name = line.Name, Input = line.Payload };
                break;
            case HistoryKind.Action:
                WriteAction(written, line);
                break;
            default:
                WriteAnswer(written, instance, line, asked[line.TaskId]);
                break;
        }

        return written;
    }

    static void WriteAction(P.HistoryEvent written, Line line)
    {
        switch (line.Action)
        {
            case ActionKind.Activity:
                written.TaskScheduled = new TaskScheduledEvent { Name = line.Name, Input = line.Payload };
                break;
            case ActionKind.Timer:
                written.TimerCreated = new TimerCreatedEvent { FireAt = DueOf(line) };
                break;
            case ActionKind.CallEntity or ActionKind.SignalEntity:
                written.EventSent = new EventSentEvent { InstanceId = line.Target, Name = EntityMessages.RequestName };
                break;
            default:
                throw new NotSupportedException($"The test host has no history of {line.Action}.");
        }
    }

    void WriteAnswer(P.HistoryEvent written, OrchestrationRecord instance, Line line, Line action)
    {
        var failure = line.Kind == HistoryKind.Failed ? FailureJson.Read(line.Payload!) : null;
        if (action.Action == ActionKind.CallEntity)
        {
            written.EventRaised = new EventRaisedEvent
            {
                Name = calls.NameOf(instance.Execution, line.TaskId),
                Input = failure is null ? EntityMessages.Answer(line.Payload) : EntityMessages.Failure(failure),
            };
        }
        else if (failure is null)
        {
            written.TaskCompleted = new TaskCompletedEvent { TaskScheduledId = line.TaskId, Result = line.Payload };
        }
        else
        {
            written.TaskFailed = new TaskFailedEvent { TaskScheduledId = line.TaskId, FailureDetails = Failures.Write(failure) };
        }
    }

    static ExecutionStartedEvent StartOf(OrchestrationRecord instance, Line line) => new()
    {
        Name = line.Name,
        Input = line.Payload,
        OrchestrationInstance = new OrchestrationInstance { InstanceId = instance.InstanceId, ExecutionId = instance.Execution },
    };

    static Timestamp DueOf(Line timer) => Timestamp.FromDateTimeOffset(timer.DueAt!.Value);
}
