using Lifecycle.Sdk;

namespace Lifecycle.Samples.Drill.App;

/// <summary>A message that an app server handled, from the beginning of its handler to the end; <c>Number</c> is its body.</summary>
sealed record HandledMessage(string SessionId, long Seq, int Number, string Instance, DateTimeOffset Began, DateTimeOffset At);

/// <summary>Handles messages: works for a while, and writes down what is done.</summary>
/// <param name="path">The journal's file.</param>
/// <param name="instance">The process.</param>
/// <param name="takes">How long the work is.</param>
/// <param name="time">The clock.</param>
sealed class MessageDesk(string path, string instance, TimeSpan takes, TimeProvider time)
{
    readonly Journal journal = new(path);

    /// <summary>Handles one; answers its number.</summary>
    public async Task<int> HandleAsync(string sessionId, AppMessage message)
    {
        var began = time.GetUtcNow();
        if (takes > TimeSpan.Zero) await Task.Delay(takes, time);
        var number = message.Body.GetInt32();
        journal.Write(new HandledMessage(sessionId, message.Seq, number, instance, began, time.GetUtcNow()));
        return number;
    }
}
