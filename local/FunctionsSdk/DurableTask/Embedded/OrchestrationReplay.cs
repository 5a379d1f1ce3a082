using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>
/// Replays an orchestrator over its history: every line of the history is applied in order, and what the code asks for is compared
/// with what it asked for before. What is new at the end is the result of the turn.
/// </summary>
sealed class OrchestrationReplay
{
    readonly OrchestrationTurn turn;
    readonly Func<TaskOrchestrationContext, Task<object?>> orchestrator;
    readonly Dictionary<int, PendingTask> pending = [];
    readonly Dictionary<int, HistoryEvent> recorded;
    readonly List<HistoryEvent> actions = [];
    readonly ReplayThread thread = new();
    NonDeterministicOrchestrationException? different;
    int taskIds;

    public OrchestrationReplay(
        OrchestrationTurn turn, Func<TaskOrchestrationContext, Task<object?>> orchestrator, ILoggerFactory loggers)
    {
        (this.turn, this.orchestrator) = (turn, orchestrator);
        recorded = turn.History.Where(line => line.Kind == HistoryKind.Action).ToDictionary(line => line.TaskId);
        Context = new ReplayContext(this, turn.Instance, loggers);
    }

    public ReplayContext Context { get; }

    public DateTimeOffset Now { get; private set; }

    public bool IsReplaying { get; private set; } = true;

    public ExternalEvents Events { get; } = new();

    public string? CustomStatus { get; set; }

    public ContinueAsNewRequest? Next { get; set; }

    /// <summary>Asks for something. The task completes when the history has its answer.</summary>
    public (int TaskId, Task<string?> Answer) Ask(HistoryEvent action, bool answered = true)
    {
        var asked = action with { Kind = HistoryKind.Action, TaskId = taskIds++ };
        if (recorded.Remove(asked.TaskId, out var before))
        {
            Compare(before, asked);
        }
        else
        {
            actions.Add(asked);
        }

        var task = new PendingTask(asked);
        if (answered)
        {
            pending[asked.TaskId] = task;
        }

        return (asked.TaskId, task.Answer.Task);
    }

    /// <summary>Nobody awaits the task any more.</summary>
    public void Forget(int taskId) => pending.Remove(taskId);

    void Compare(HistoryEvent before, HistoryEvent now)
    {
        if ((before.Action, before.Name, before.Target) != (now.Action, now.Name, now.Target))
        {
            // Kept as well: the orchestrator may catch it, or await nothing of it.
            different ??= new NonDeterministicOrchestrationException(
                turn.Instance.Name, $"task {now.TaskId} was {Describe(before)} and is now {Describe(now)}.");
            throw different;
        }
    }

    static string Describe(HistoryEvent action) =>
        $"{action.Action}{(action.Name is null ? "" : $" '{action.Name}'")}{(action.Target is null ? "" : $" on '{action.Target}'")}";

    public OrchestrationResult Run()
    {
        Task<string?>? main = null;
        Exception? broken = null;
        try
        {
            thread.Run(() => main = Replay());
            CheckNothingIsMissing(main!);
        }
        catch (NonDeterministicOrchestrationException e)
        {
            broken = e;
        }

        return ResultOf(main, broken);
    }

    Task<string?> Replay()
    {
        Task<string?>? main = null;
        for (var i = 0; i < turn.History.Count; i++)
        {
            IsReplaying = i < turn.Known;
            var line = turn.History[i];
            thread.Run(() => Apply(line, ref main));
        }

        return main ?? throw new InvalidOperationException($"The history of {turn.Instance.InstanceId} does not begin.");
    }

    void Apply(HistoryEvent line, ref Task<string?>? main)
    {
        switch (line.Kind)
        {
            case HistoryKind.Turn:
                Now = line.At;
                break;
            case HistoryKind.Started:
                main = StartAsync();
                break;
            case HistoryKind.TimerFired or HistoryKind.Completed when pending.Remove(line.TaskId, out var task):
                task.Answer.TrySetResult(line.Payload);
                break;
            case HistoryKind.Failed when pending.Remove(line.TaskId, out var task):
                task.Answer.TrySetException(task.FailureOf(line.Payload!));
                break;
            case HistoryKind.EventRaised:
                Events.Raise(line);
                break;
        }
    }

    // A throw before the first await is a failed task as well, and so is a result that cannot be written.
    async Task<string?> StartAsync()
    {
        var output = await orchestrator(Context);
        return Next is null ? EmbeddedJson.Write(output) : null;
    }

    void CheckNothingIsMissing(Task main)
    {
        if (thread.Escaped)
        {
            throw new NonDeterministicOrchestrationException(
                turn.Instance.Name, "it awaited something that is not a task of its context, and continued on another thread.");
        }

        if (different is not null)
        {
            throw different;
        }

        if (!main.IsCompleted && pending.Count == 0 && !Events.AreAwaited)
        {
            throw new NonDeterministicOrchestrationException(
                turn.Instance.Name, "it awaits something that is not a task of its context, and nothing there can wake it.");
        }

        if (recorded.Count > 0)
        {
            var missing = recorded.Values.MinBy(line => line.TaskId)!;
            throw new NonDeterministicOrchestrationException(
                turn.Instance.Name, $"task {missing.TaskId} was {Describe(missing)} and is not asked for any more.");
        }
    }

    OrchestrationResult ResultOf(Task<string?>? main, Exception? broken)
    {
        if (broken is not null)
        {
            // What it asked for on a wrong way is not done.
            return new OrchestrationResult { State = OrchestrationState.Failed, Failure = FailureInfo.Of(broken), CustomStatus = CustomStatus };
        }

        if (main?.Exception?.InnerException is { } failed)
        {
            return new OrchestrationResult
            {
                Actions = actions,
                CustomStatus = CustomStatus,
                State = OrchestrationState.Failed,
                Failure = FailureInfo.Of(failed),
            };
        }

        if (main is not { IsCompletedSuccessfully: true })
        {
            return new OrchestrationResult { Actions = actions, CustomStatus = CustomStatus };
        }

        return Next is { } next
            ? new OrchestrationResult
            {
                Actions = actions,
                CustomStatus = CustomStatus,
                ContinuesAsNew = true,
                NextInput = next.Input,
                CarriedOver = next.PreserveEvents ? Events.Unread() : [],
            }
            : new OrchestrationResult
            {
                Actions = actions,
                CustomStatus = CustomStatus,
                State = OrchestrationState.Completed,
                Output = main.Result,
            };
    }

    internal sealed record ContinueAsNewRequest(string? Input, bool PreserveEvents);

    sealed class PendingTask(HistoryEvent asked)
    {
        // Continuations are posted to the replay thread that was current at the await.
        public TaskCompletionSource<string?> Answer { get; } = new();

        public Exception FailureOf(string payload)
        {
            var details = EmbeddedJson.FailureOf(FailureJson.Read(payload));
            return asked.Action == ActionKind.CallEntity
                ? new Microsoft.DurableTask.Entities.EntityOperationFailedException(
                    Microsoft.DurableTask.Entities.EntityInstanceId.FromString(asked.Target!), asked.Name!, details)
                : new TaskFailedException(asked.Name!, asked.TaskId, details);
        }
    }
}
