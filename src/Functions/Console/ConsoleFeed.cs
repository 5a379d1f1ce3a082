using System.Diagnostics;
using Lifecycle.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Console;

/// <summary>
/// Sends transitions to the hub <c>console</c> while somebody looks on: what comes within <see cref="Gathered"/> in one message, so at most four a
/// second of one process. When nobody does there is no timer, no message and no read.
/// </summary>
/// <param name="clients">Makes the hub, anew for each message: one that is made before the service's context is there never finds it.</param>
/// <param name="time">All time.</param>
/// <param name="logger">Is told when messages begin to fail.</param>
public sealed partial class ConsoleFeed(Func<IConsoleClients> clients, TimeProvider time, ILogger<ConsoleFeed> logger) : ITransitionFeed
{
    /// <summary>For how long transitions are gathered before they are sent.</summary>
    public static readonly TimeSpan Gathered = TimeSpan.FromMilliseconds(250);

    /// <summary>The most transitions of one message; how many were left out stands behind them.</summary>
    public const int Most = 200;

    readonly Lock gate = new();
    List<object> batch = [];
    int dropped;
    bool sending;
    bool failing;
    long until;

    /// <inheritdoc/>
    public bool IsWatched => time.GetUtcNow().UtcTicks < Volatile.Read(ref until);

    /// <inheritdoc/>
    public void WatchUntil(DateTimeOffset until)
    {
        lock (gate)
        {
            Volatile.Write(ref this.until, Math.Max(this.until, until.UtcTicks));
        }
    }

    /// <inheritdoc/>
    public void Tell(TransitionNote note)
    {
        if (!IsWatched)
        {
            return;
        }

        lock (gate)
        {
            if (batch.Count < Most)
            {
                batch.Add(note);
            }
            else
            {
                dropped++;
            }

            if (sending)
            {
                return;
            }

            sending = true;
        }

        _ = SendAllAsync();
    }

    async Task SendAllAsync()
    {
        await Task.Yield(); // out of the entity's operation
        Activity.Current = null;
        do
        {
            await Task.Delay(Gathered, time);
            await SendAsync(Take());
        }
        while (IsMore());
    }

    List<object> Take()
    {
        lock (gate)
        {
            var taken = batch;
            if (dropped > 0)
            {
                taken.Add(new Dropped(dropped));
            }

            (batch, dropped) = ([], 0);
            return taken;
        }
    }

    bool IsMore()
    {
        lock (gate)
        {
            return sending = batch.Count > 0;
        }
    }

    // Lost messages cost nothing but time: the page reads what is true from the API.
    async Task SendAsync(List<object> transitions)
    {
        try
        {
            await clients().SendAsync(transitions, CancellationToken.None);
            failing = false;
        }
        catch (Exception e)
        {
            if (!failing)
            {
                LogFailed(e.GetBaseException().Message);
            }

            failing = true;
        }
    }

    sealed record Dropped([property: System.Text.Json.Serialization.JsonPropertyName("dropped")] int Count);

    [LoggerMessage(2301, LogLevel.Warning, "What happens could not be shown live to those who look on ({Cause}); the console reads it a little later")]
    partial void LogFailed(string cause);
}
