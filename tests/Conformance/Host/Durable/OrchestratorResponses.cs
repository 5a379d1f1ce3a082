using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Protobuf;
using Line = Lifecycle.Local.Durable.HistoryEvent;
using OrchestrationState = Lifecycle.Local.Durable.OrchestrationState;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>Reads what a worker's orchestrator asks for.</summary>
sealed class OrchestratorResponses(EntityCalls calls)
{
    /// <summary>What the turn led to.</summary>
    public OrchestrationResult Read(OrchestrationTurn turn, OrchestratorResponse response)
    {
        var asked = response.Actions.Where(action => action.CompleteOrchestration is null).Select(action => LineOf(turn.Instance.Execution, action)).ToArray();
        var end = response.Actions.Select(action => action.CompleteOrchestration).SingleOrDefault(complete => complete is not null);
        var result = new OrchestrationResult { Actions = asked, CustomStatus = response.CustomStatus };
        return end?.OrchestrationStatus switch
        {
            null => result,
            OrchestrationStatus.Completed => result with { State = OrchestrationState.Completed, Output = end.Result },
            OrchestrationStatus.Failed => result with { State = OrchestrationState.Failed, Failure = Failures.Read(end.FailureDetails) },
            OrchestrationStatus.ContinuedAsNew => result with
            {
                ContinuesAsNew = true,
                NextInput = end.Result,
                CarriedOver = [.. end.CarryoverEvents.Select(e => new Line { Kind = HistoryKind.EventRaised, Name = e.EventRaised.Name, Payload = e.EventRaised.Input })],
            },
            { } other => throw new NotSupportedException($"The test host knows no orchestration that ends as {other}."),
        };
    }

    Line LineOf(string execution, OrchestratorAction action)
    {
        var line = new Line { Kind = HistoryKind.Action, TaskId = action.Id };
        return action.OrchestratorActionTypeCase switch
        {
            OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask =>
                line with { Action = ActionKind.Activity, Name = action.ScheduleTask.Name, Payload = action.ScheduleTask.Input },
            OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer =>
                line with { Action = ActionKind.Timer, DueAt = action.CreateTimer.FireAt.ToDateTimeOffset() },
            OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent => EntityLineOf(execution, line, action.SendEvent),
            var other => throw new NotSupportedException($"The test host cannot do {other} for an orchestrator."),
        };
    }

    Line EntityLineOf(string execution, Line line, SendEventAction sent)
    {
        if (sent.Instance.InstanceId[0] != '@' || !sent.Name.StartsWith(EntityMessages.RequestName, StringComparison.Ordinal))
        {
            throw new NotSupportedException($"The test host cannot send '{sent.Name}' to {sent.Instance.InstanceId}.");
        }

        var message = EntityMessages.Read(sent.Data);
        calls.Add(execution, line.TaskId, message.Id);
        return line with
        {
            Action = message.IsSignal ? ActionKind.SignalEntity : ActionKind.CallEntity,
            Target = sent.Instance.InstanceId,
            Name = message.Operation,
            Payload = message.Input,
            DueAt = message.DueAt,
        };
    }
}
