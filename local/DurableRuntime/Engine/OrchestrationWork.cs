namespace Lifecycle.Local.Durable;

/// <summary>One work item of an orchestration: takes messages into the history, replays, and turns what is asked for into messages.</summary>
sealed class OrchestrationWork(
    OrchestrationRecord? stored, List<HistoryEvent> history, DateTimeOffset now, DurableTransaction transaction, Func<string> newExecution)
{
    OrchestrationRecord? instance = stored;
    int known = history.Count;
    bool anything;

    /// <summary>The instance as it was stored last by this work item.</summary>
    public OrchestrationRecord? Instance => instance;

    /// <summary>
    /// The order in which to take the messages: as they came, except that an instance that has not begun takes its start first.
    /// </summary>
    public IEnumerable<DurableMessage> InOrder(IReadOnlyList<DurableMessage> messages) =>
        instance?.State == OrchestrationState.Pending ? messages.OrderBy(message => message.Kind != MessageKind.Start) : messages;

    /// <summary>Takes one message. A reason means that it was dropped.</summary>
    public string? Take(DurableMessage message) => message.Kind switch
    {
        MessageKind.Start => TakeStart(message),
        MessageKind.Terminate => TakeTerminate(message),
        _ when instance is null || instance.IsOver => "the instance does not run",
        MessageKind.Event => Append(new() { Kind = HistoryKind.EventRaised, Name = message.Name, Payload = message.Payload }),
        _ when message.Execution != instance.Execution => "it is of an earlier execution",
        MessageKind.Timer => Append(new() { Kind = HistoryKind.TimerFired, TaskId = message.TaskId }),
        MessageKind.Completed => Append(new() { Kind = HistoryKind.Completed, TaskId = message.TaskId, Payload = message.Payload }),
        MessageKind.Failed => Append(new() { Kind = HistoryKind.Failed, TaskId = message.TaskId, Payload = message.Payload }),
        _ => "orchestrations take no such message",
    };

    /// <summary>Whether a message wants an instance that has not begun yet.</summary>
    public bool IsTooEarly(DurableMessage message) => message.Kind == MessageKind.Event && instance?.State == OrchestrationState.Pending;

    string? TakeStart(DurableMessage message)
    {
        var promised = message.Caller is null ? message.Execution : null;
        var begun = instance is { State: OrchestrationState.Pending } && instance.Execution == promised ? instance : null;
        if (promised is not null && begun is null && instance is not { State: OrchestrationState.Running })
        {
            return "it was ended before it began";
        }

        if (begun is null && instance is { IsOver: false })
        {
            return Refuse(message);
        }

        // An instance that has not begun has nothing in its history but what its last execution left unread.
        List<HistoryEvent> unread = begun is null ? [] : [.. history];
        ForgetHistory(message.Target);
        instance = new OrchestrationRecord
        {
            InstanceId = message.Target,
            Name = message.Name!,
            Execution = promised ?? newExecution(),
            State = OrchestrationState.Running,
            CreatedAt = begun?.CreatedAt ?? now,
            Input = message.Payload,
            CustomStatus = begun?.CustomStatus,
            Parent = message.Caller ?? begun?.Parent,
            ParentExecution = message.Caller is null ? begun?.ParentExecution : message.Execution,
            ParentTaskId = message.Caller is null ? begun?.ParentTaskId ?? 0 : message.TaskId,
        };
        Append(new() { Kind = HistoryKind.Started, Name = message.Name, Payload = message.Payload });
        unread.ForEach(Add);
        return null;
    }

    // An entity that starts what is there already goes on, as a client's second start does not harm the first; a parent waits for an
    // answer, and gets one, unless this is its child.
    string Refuse(DurableMessage message)
    {
        if (message.Caller is not null
            && (message.Caller, message.Execution, message.TaskId) != (instance!.Parent, instance.ParentExecution, instance.ParentTaskId))
        {
            transaction.Send(new DurableMessage
            {
                Target = message.Caller,
                Kind = MessageKind.Failed,
                Execution = message.Execution,
                TaskId = message.TaskId,
                Payload = FailureJson.Write(FailureInfo.IdIsTaken(message.Target)),
            });
        }

        return "an instance with this id is under way";
    }

    void ForgetHistory(string id)
    {
        transaction.ClearHistory(id);
        transaction.History.RemoveAll(line => line.InstanceId == id); // of the execution that this work item ended
        history.Clear();
        known = 0;
        anything = false;
    }

    string? TakeTerminate(DurableMessage message)
    {
        if (instance is null || instance.IsOver)
        {
            return "the instance does not run";
        }

        End(OrchestrationState.Terminated, message.Payload, null);
        return null;
    }

    string? Append(HistoryEvent line)
    {
        if (!anything)
        {
            anything = true;
            Add(new HistoryEvent { Kind = HistoryKind.Turn });
        }

        Add(line);
        return null;
    }

    void Add(HistoryEvent line)
    {
        var dated = line with { At = now };
        transaction.Append(instance!.InstanceId, history.Count, dated);
        history.Add(dated);
    }

    /// <summary>Replays with what was taken, and stores what came of it.</summary>
    public void Run(Func<OrchestrationTurn, OrchestrationResult> replay)
    {
        if (instance is null || instance.IsOver || !anything)
        {
            return;
        }

        var result = replay(new OrchestrationTurn(instance, history, known));
        instance = instance with { CustomStatus = result.CustomStatus ?? instance.CustomStatus };
        foreach (var action in result.Actions)
        {
            Add(action);
            Send(action);
        }

        Finish(result);
    }

    void Finish(OrchestrationResult result)
    {
        if (result.ContinuesAsNew)
        {
            ContinueAsNew(result);
        }
        else if (result.State is OrchestrationState.Running)
        {
            Save(instance!);
        }
        else
        {
            End(result.State, result.Output, result.Failure);
        }
    }

    void ContinueAsNew(OrchestrationResult result)
    {
        var id = instance!.InstanceId;
        var next = newExecution();
        ForgetHistory(id);
        Save(instance with { State = OrchestrationState.Pending, Execution = next });
        transaction.Send(new DurableMessage { Target = id, Kind = MessageKind.Start, Name = instance.Name, Payload = result.NextInput, Execution = next });
        // Into the history at once and not sent again: as messages they could come in parts, and behind later events.
        foreach (var raised in result.CarriedOver)
        {
            Add(raised);
        }
    }

    void End(OrchestrationState state, string? output, FailureInfo? failure)
    {
        Save(instance! with { State = state, Output = output, Failure = failure });
        if (instance!.Parent is { } parent)
        {
            transaction.Send(new DurableMessage
            {
                Target = parent,
                Kind = state == OrchestrationState.Completed ? MessageKind.Completed : MessageKind.Failed,
                Execution = instance.ParentExecution,
                TaskId = instance.ParentTaskId,
                Payload = state == OrchestrationState.Completed
                    ? output
                    : FailureJson.Write(failure ?? new FailureInfo("Terminated", $"The orchestration {instance.InstanceId} was terminated.")),
            });
        }
    }

    void Save(OrchestrationRecord record)
    {
        instance = record with { UpdatedAt = now };
        transaction.Save(instance);
    }

    void Send(HistoryEvent action)
    {
        var message = new DurableMessage { Target = action.Target ?? instance!.InstanceId, Kind = KindOf(action.Action), Name = action.Name, Payload = action.Payload, DueAt = action.DueAt, TaskId = action.TaskId };
        transaction.Send(action.Action switch
        {
            ActionKind.Activity or ActionKind.CallEntity or ActionKind.SubOrchestration =>
                message with { Caller = instance!.InstanceId, Execution = instance.Execution },
            ActionKind.Timer => message with { Execution = instance!.Execution },
            ActionKind.SignalEntity => message with { Caller = instance!.InstanceId },
            _ => message,
        });
    }

    static MessageKind KindOf(ActionKind action) => action switch
    {
        ActionKind.Activity => MessageKind.Activity,
        ActionKind.Timer => MessageKind.Timer,
        ActionKind.CallEntity => MessageKind.Call,
        ActionKind.SignalEntity => MessageKind.Signal,
        ActionKind.SubOrchestration => MessageKind.Start,
        ActionKind.SendEvent => MessageKind.Event,
        _ => throw new InvalidOperationException($"An orchestrator cannot ask for {action}."),
    };
}
