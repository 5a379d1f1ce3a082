using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>The input of a pulse.</summary>
/// <param name="SentAt">When it was sent, UTC.</param>
public sealed record PulseSent(DateTimeOffset SentAt);

/// <summary>Notes when a pulse was carried out. There are <see cref="Backlog.Pulses"/> of them, with the keys 0, 1, …</summary>
public sealed class PulseEntity(TimeProvider time) : TaskEntity<Beat?>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "Pulse";

    /// <summary>The entity of one pulse.</summary>
    public static EntityInstanceId IdOf(int number) => new(Name, $"{number}");

    /// <inheritdoc/>
    protected override Beat? InitializeState(TaskEntityOperation entityOperation) => null;

    /// <summary>Takes the pulse.</summary>
    public void Note(PulseSent input) => State = Beat.Newest(State, input.SentAt, time.GetUtcNow());
}
