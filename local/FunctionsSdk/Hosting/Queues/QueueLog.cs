using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>What the queues log. Never the text of a message.</summary>
static partial class QueueLog
{
    [LoggerMessage(1, LogLevel.Warning, "Function {Function} failed on message {Message} of queue {Queue}, time {Count} of {Most}; the message comes again.")]
    public static partial void Failed(ILogger logger, Exception exception, string function, string message, string queue, long count, int most);

    [LoggerMessage(2, LogLevel.Error, "Function {Function} failed on message {Message} of queue {Queue} for the last time.")]
    public static partial void FailedForGood(ILogger logger, Exception exception, string function, string message, string queue);

    [LoggerMessage(3, LogLevel.Warning, "Message {Message} of queue {Queue} was moved to {Poison}: {Reason}.")]
    public static partial void Moved(ILogger logger, string message, string queue, string poison, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The queues of '{Setting}' cannot be reached ({Reason}). Messages wait there; it is tried again until it works.")]
    public static partial void Down(ILogger logger, string setting, string reason);

    [LoggerMessage(5, LogLevel.Warning, "The queues of '{Setting}' can be reached again.")]
    public static partial void Back(ILogger logger, string setting);

    [LoggerMessage(6, LogLevel.Warning, "Message {Message} of queue {Queue} could not be settled ({Reason}); it comes again.")]
    public static partial void NotSettled(ILogger logger, string message, string queue, string reason);

    [LoggerMessage(7, LogLevel.Warning, "Message {Message} of queue {Queue} could not be kept hidden ({Reason}); it may run twice.")]
    public static partial void NotRenewed(ILogger logger, string message, string queue, string reason);

    [LoggerMessage(8, LogLevel.Warning, "The host stopped with {Count} messages of queue {Queue} in flight; they come again.")]
    public static partial void LeftBehind(ILogger logger, int count, string queue);

    [LoggerMessage(9, LogLevel.Warning, "There is no queue {Queue}, which function {Function} reads. The trigger does not make it; it is looked for until it is there.")]
    public static partial void Missing(ILogger logger, string queue, string function);
}
