namespace Lifecycle.Simulator.Searching;

/// <summary>Something under way in the durable engine, or from the SignalR service to it.</summary>
/// <param name="Due">When it arrives at the earliest; null for at once.</param>
abstract record Item(DateTimeOffset? Due)
{
    /// <summary>Whether it can arrive now.</summary>
    public bool IsDue => Due is null || Due <= SearchTime.Now;
}

/// <summary>An event on its way to the session's entity.</summary>
/// <param name="Event">The event.</param>
/// <param name="Due">When it arrives at the earliest.</param>
/// <param name="Driver">The orchestration that waits for an order; null when none does.</param>
sealed record ToEntity(SessionEvent Event, DateTimeOffset? Due = null, StartRun? Driver = null) : Item(Due)
{
    public override string ToString() => Event switch
    {
        AttemptAdmitted admitted => $"AttemptAdmitted {admitted.Admission.Kind}",
        AttemptSent sent => $"AttemptSent {sent.Result.Detail}",
        TimerFired timer => $"TimerFired {timer.Kind} of epoch {timer.Epoch}",
        Connected connected => $"Connected {connected.ConnectionId}",
        Disconnected closed => $"Disconnected {closed.ConnectionId}",
        HubCall call => $"{call.GetType().Name} over {call.ConnectionId}",
        _ => Event.GetType().Name,
    };
}

/// <summary>What a session asks or tells the app's gate.</summary>
/// <param name="Event">The event, with names as the session has them.</param>
/// <param name="Due">When it arrives at the earliest.</param>
/// <param name="Driver">The orchestration that waits for the answer; null when it comes by itself.</param>
sealed record ToGate(AppEvent Event, DateTimeOffset? Due = null, StartRun? Driver = null) : Item(Due)
{
    public override string ToString() => $"{Event.GetType().Name} to the gate";
}

/// <summary>The activity of an orchestration, which takes the last look and sends the webhook.</summary>
/// <param name="Run">The orchestration.</param>
/// <param name="Order">What it was told to send.</param>
/// <param name="Due">When.</param>
sealed record Activity(StartRun Run, RunOrder Order, DateTimeOffset? Due = null) : Item(Due)
{
    public override string ToString() => $"webhook {Order.Attempt} of {Run.Reason}{(Order.Blind ? ", blind" : "")}";
}
