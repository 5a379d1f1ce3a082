using System.Collections.Immutable;
using Lifecycle.Entities;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Engine;

/// <summary>Feels the pulse of the durable engine; what it means, <see cref="Lifecycle.Backlog"/> says.</summary>
public sealed partial class EnginePulse(TimeProvider time, LifecycleMetrics metrics, ILogger<EnginePulse> logger)
{
    /// <summary>How long a call that asks how the engine is may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    static readonly TimeSpan longestSend = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    Backlog backlog = Lifecycle.Backlog.Unknown;
    Task round = Task.CompletedTask;
    Task sending = Task.CompletedTask;
    bool failing;

    /// <summary>What is known.</summary>
    public Backlog Backlog
    {
        get
        {
            lock (gate)
            {
                return backlog;
            }
        }
    }

    /// <summary>Somebody called negotiate. Looks and sends beside the call, when it is time: nobody waits for it.</summary>
    /// <returns>What is known so far.</returns>
    public Backlog Called(DurableTaskClient client)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            backlog = backlog.Called(now);
            if (round.IsCompleted && backlog.IsLookDue(now))
            {
                round = GoRoundAsync(client);
            }

            return backlog;
        }
    }

    /// <summary>Asks the engine how it is, and waits for an answer for less than a second.</summary>
    /// <exception cref="TimeoutException">The backend did not even take the question.</exception>
    /// <exception cref="StorageUnwritableException">It refused it, though it can be read.</exception>
    public async Task<EngineHealth> CheckAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        await AskAsync(client, cancellation).WaitAsync(Patience, time, cancellation);
        for (var wait = TimeSpan.FromMilliseconds(10); Backlog.IsUnanswered && time.GetElapsedTime(began) + wait < Patience; wait *= 2)
        {
            await Task.Delay(wait, time, cancellation);
            await LookAsync(client, cancellation).WaitAsync(Patience - time.GetElapsedTime(began), time, cancellation);
        }

        return Backlog.Health(time.GetUtcNow());
    }

    /// <summary>How far the engine is behind; null when it does not say. For those who have more to tell, or to do, than that.</summary>
    public async Task<TimeSpan?> LagAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        try
        {
            return (await CheckAsync(client, cancellation)).Lag;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return null; // why, is told by /api/health
        }
    }

    async Task AskAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        await LookAsync(client, cancellation);
        await SendingIfDue(client);
    }

    async Task GoRoundAsync(DurableTaskClient client)
    {
        try
        {
            await Task.Yield();
            await LookAsync(client, CancellationToken.None);
            if (Backlog.IsPulseDue(time.GetUtcNow()))
            {
                await SendAsync(client);
            }

            failing = false;
        }
        catch (Exception e)
        {
            // Those who call negotiate learn it from their own call; here it only means that nothing is known.
            if (!failing)
            {
                LogUnknown(e);
            }

            failing = true;
        }
    }

    async Task LookAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var found = await Task.WhenAll(Enumerable.Range(0, Lifecycle.Backlog.Pulses).Select(n => ReadAsync(client, n, cancellation)));
        lock (gate)
        {
            metrics.EngineLag(found.Where(beat => backlog.IsOwn(beat) && !backlog.Answers.Contains(beat)).Select(beat => beat!.Lag));
            backlog = backlog.Looked(now, [.. found]);
        }
    }

    static async Task<Beat?> ReadAsync(DurableTaskClient client, int number, CancellationToken cancellation) =>
        (await client.Entities.GetEntityAsync<Beat>(PulseEntity.IdOf(number), cancellation))?.State;

    // Pulses that the backend does not take are waited for by everybody who asks: that is the answer.
    Task SendingIfDue(DurableTaskClient client)
    {
        lock (gate)
        {
            return !sending.IsCompleted ? sending : backlog.IsCheckDue(time.GetUtcNow()) ? sending = SendAsync(client) : Task.CompletedTask;
        }
    }

    async Task SendAsync(DurableTaskClient client)
    {
        await Task.Yield(); // out of the gate
        var pulse = new PulseSent(time.GetUtcNow());
        Note(known => known.Sent(pulse.SentAt));
        using var late = new CancellationTokenSource(longestSend, time);
        try
        {
            for (var n = 0; n < Lifecycle.Backlog.Pulses; n++)
            {
                await client.Entities.SignalEntityAsync(PulseEntity.IdOf(n), nameof(PulseEntity.Note), pulse, cancellation: late.Token).WaitAsync(late.Token);
            }
        }
        catch (Exception e)
        {
            Note(known => known.Unsent(pulse.SentAt)); // whoever asks next tries again, and waits for no answer to this one
            throw new StorageUnwritableException(e);
        }
    }

    void Note(Func<Backlog, Backlog> what)
    {
        lock (gate)
        {
            backlog = what(backlog);
        }
    }

    [LoggerMessage(3401, LogLevel.Warning, "How far the durable engine is behind is not known: the backend cannot be asked")]
    partial void LogUnknown(Exception exception);
}
