namespace Lifecycle.Entities;

/// <summary>Where the records of outboxes go.</summary>
public interface IEventSink
{
    /// <summary>
    /// Takes one record; it is taken for good when the task has completed. May be called twice with the same record, and again
    /// with it while an earlier call that was given up is still at work.
    /// </summary>
    /// <exception cref="EventSinkException">It was not taken. The message may be logged.</exception>
    Task SendAsync(OutboxRecord record, CancellationToken cancellation);
}

/// <summary>A sink did not take a record. The message says why without secrets and addresses.</summary>
public sealed class EventSinkException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The record was refused for what it is: another try will not do better.</summary>
    public bool IsFinal { get; init; }
}
