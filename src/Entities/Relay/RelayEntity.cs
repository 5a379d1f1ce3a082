using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>
/// The processes of one app (package) that hold relay connections open, as a durable entity, key <c>{packageName}</c>. A shell around
/// <see cref="RelayRules.Decide"/>. Apart from the app's own entity: neither waits for the other, and an app that is not relayed has none.
/// </summary>
public sealed class RelayEntity(TimeProvider time) : TaskEntity<RelayRoster?>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "Relay";

    /// <summary>The entity of an app.</summary>
    public static EntityInstanceId IdOf(string packageName) => new(Name, packageName);

    /// <summary>The operation that handles an event.</summary>
    public static string OperationOf(RelayEvent @event) => @event switch
    {
        ProcessReady => nameof(Ready),
        ProcessLeaving => nameof(Leaving),
        ProcessGone => nameof(Gone),
        ProcessSilent => nameof(Silent),
        WebhookReplied => nameof(Replied),
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "The shell does not know this event."),
    };

    /// <summary>Handles <see cref="ProcessReady"/>.</summary>
    public void Ready(ProcessReady input) => Handle(input);

    /// <summary>Handles <see cref="ProcessLeaving"/>.</summary>
    public void Leaving(ProcessLeaving input) => Handle(input);

    /// <summary>Handles <see cref="ProcessGone"/>.</summary>
    public void Gone(ProcessGone input) => Handle(input);

    /// <summary>Handles <see cref="ProcessSilent"/>.</summary>
    public void Silent(ProcessSilent input) => Handle(input);

    /// <summary>Handles <see cref="WebhookReplied"/>.</summary>
    public void Replied(WebhookReplied input) => Handle(input);

    /// <inheritdoc/>
    protected override RelayRoster? InitializeState(TaskEntityOperation entityOperation) => null;

    void Handle(RelayEvent input)
    {
        var decision = RelayRules.Decide(State ?? RelayRoster.Empty, input, time.GetUtcNow());
        State = decision.Roster.IsEmpty ? null : decision.Roster;
        if (decision.IsFirst)
        {
            Context.SignalEntity(AppEntity.IdOf(Context.Id.Key), nameof(AppEntity.Connected), new ProcessConnected());
        }
    }
}
