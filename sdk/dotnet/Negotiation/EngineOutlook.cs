namespace Lifecycle.Sdk.Negotiation;

/// <summary>
/// What this process knows of the durable engine. A crowd that waits late wants to know the same thing at the same time: one finds out for
/// all. Thread-safe.
/// </summary>
sealed class EngineOutlook(TimeProvider time)
{
    /// <summary>So long an answer is as good as a new one.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    EngineWord? _word;
    long? _heardAt;
    Task<EngineWord?>? _asking;

    /// <summary>Somebody was answered, for whatever he had asked.</summary>
    public void Heard(NegotiateOutcome outcome)
    {
        if (EngineWord.Of(outcome) is not { } word) return;
        lock (_gate) (_word, _heardAt) = (word, time.GetTimestamp());
    }

    /// <summary>What the engine is said to be like now; null when nobody could say.</summary>
    /// <param name="negotiate">Asks. Called when nobody else is asking or has been answered just now.</param>
    /// <param name="limit">How long that may take.</param>
    public Task<EngineWord?> AskAsync(Func<CancellationToken, Task<NegotiateOutcome>> negotiate, TimeSpan limit)
    {
        lock (_gate)
        {
            if (IsFreshNeedsLock) return Task.FromResult(_word);
            return _asking ??= FindOutAsync(negotiate, limit);
        }
    }

    async Task<EngineWord?> FindOutAsync(Func<CancellationToken, Task<NegotiateOutcome>> negotiate, TimeSpan limit)
    {
        await Task.Yield(); // Off the lock of the caller.
        EngineWord? word = null;
        try
        {
            // Its own clock: whoever asked first may end before the others have their answer.
            using var clock = new CancellationTokenSource(limit, time);
            word = EngineWord.Of(await negotiate(clock.Token).WaitAsync(clock.Token));
        }
        catch (Exception)
        {
            // Not answered is an answer: the waits go on with what was promised before.
        }
        lock (_gate)
        {
            _asking = null;
            // Who was not answered knows no better than somebody who was, meanwhile.
            if (word is null && IsFreshNeedsLock) return _word;
            (_word, _heardAt) = (word, time.GetTimestamp());
        }
        return word;
    }

    bool IsFreshNeedsLock => _heardAt is { } at && time.GetElapsedTime(at) < Fresh;
}
