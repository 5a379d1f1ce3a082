using System.Collections.Immutable;

namespace Lifecycle.Sdk.Sessions;

/// <summary>Runs the handlers of one message, and again those that threw where the app wants it so.</summary>
/// <param name="mode">What becomes of a message whose handler throws.</param>
/// <param name="time">The clock.</param>
/// <param name="failed">Told of every error.</param>
sealed class MessageRunner(FailedMessageMode mode, TimeProvider time, Action<Exception> failed)
{
    /// <summary>The waits before the runs that follow the first.</summary>
    public static readonly ImmutableArray<TimeSpan> Again = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    const int MaxError = 200;

    /// <summary>Completes when every handler has returned, or the message is set aside with an error; null: it was given up between two runs, and is not done.</summary>
    /// <param name="message">The message.</param>
    /// <param name="handlers">Run one after the other; one that throws stops none.</param>
    /// <param name="givenUp">Completes when nothing more is to begin.</param>
    public async Task<HandledMessage?> RunAsync(AppMessage message, IReadOnlyList<Func<AppMessage, Task>> handlers, Task givenUp)
    {
        var (left, error) = await RunOnceAsync(message, handlers);
        foreach (var wait in mode == FailedMessageMode.SendAgain ? Again : [])
        {
            if (error is null) break;
            await givenUp.WaitAsync(wait, time).Quietly();
            if (givenUp.IsCompleted) return null;
            (left, error) = await RunOnceAsync(message, left);
        }
        return new HandledMessage(message.Seq, error);
    }

    // The first error stands for all of them: there is one text for a message.
    async Task<(IReadOnlyList<Func<AppMessage, Task>> Left, string? Error)> RunOnceAsync(AppMessage message, IReadOnlyList<Func<AppMessage, Task>> handlers)
    {
        List<Func<AppMessage, Task>> left = [];
        string? error = null;
        foreach (var handler in handlers)
        {
            try
            {
                await handler(message);
            }
            catch (Exception e)
            {
                failed(e); // One bad handler must not silence the ones behind it.
                left.Add(handler);
                error ??= WireRules.Clip($"{e.GetType().Name}: {e.Message}", MaxError);
            }
        }
        return (left, error);
    }
}
