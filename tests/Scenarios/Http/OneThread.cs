using System.Collections.Concurrent;

namespace Lifecycle.Scenarios.Http;

/// <summary>
/// Everything of a run, one after the other on one thread, as on virtual time: the models of the apps hold no locks. Sockets and
/// webhooks come on threads of their own and are brought here.
/// </summary>
sealed class OneThread : SynchronizationContext
{
    readonly BlockingCollection<Action> work = [];

    public override void Post(SendOrPostCallback d, object? state) => Do(() => d(state));

    /// <summary>Does it in its turn; never once the run is over.</summary>
    public void Do(Action action)
    {
        try
        {
            work.Add(action);
        }
        catch (InvalidOperationException)
        {
            // Over: what is late has nobody to tell.
        }
    }

    /// <summary>Does it in its turn, and gives the answer to a caller on another thread; the fallback once the run is over.</summary>
    public Task<T> AskAsync<T>(Func<Task<T>> ask, T fallback)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (work.IsAddingCompleted)
        {
            return Task.FromResult(fallback);
        }

        Do(async () =>
        {
            try
            {
                answer.SetResult(await ask());
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        return answer.Task;
    }

    /// <summary>Plays on a thread of its own, until the play is over.</summary>
    public static Task<T> RunAsync<T>(Func<OneThread, Task<T>> play) =>
        Task.Factory.StartNew(() => new OneThread().Run(play), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    T Run<T>(Func<OneThread, Task<T>> play)
    {
        SetSynchronizationContext(this);
        var playing = play(this);
        playing.ContinueWith(_ => work.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Exception? first = null;
        foreach (var action in work.GetConsumingEnumerable())
        {
            first ??= Try(action);
        }

        var played = playing.GetAwaiter().GetResult();
        // What failed with nobody to tell it fails the run, but lets it end and clean up.
        return first is null ? played : throw new InvalidOperationException(first.Message, first);
    }

    static Exception? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
