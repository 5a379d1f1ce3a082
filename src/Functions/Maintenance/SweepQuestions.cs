namespace Lifecycle.Functions.Maintenance;

/// <summary>
/// The questions of one sweep. Where there are few they are asked one by one, as many at once as a host may; where there are more than rolls, the rolls are read first, and
/// only those are asked about of whom they do not say that all is well.
/// </summary>
/// <param name="rolls">Reads them.</param>
/// <param name="start">The key behind which questions begin; null to begin with the first.</param>
/// <param name="most">How many are asked one by one at most.</param>
/// <param name="time">The clock.</param>
/// <param name="ask">Asks one.</param>
/// <param name="cancellation">Gives up.</param>
sealed class SweepQuestions(RollCaller rolls, string? start, int most, TimeProvider time, Func<SweepQuestion, RollCall?, Task> ask, CancellationToken cancellation)
{
    const int AtOnce = 16;

    readonly List<Task> batch = new(AtOnce);
    List<SweepQuestion>? few = [];
    RollCall? call;
    string? last;
    int asked;
    int told;

    /// <summary>How many sessions the service was asked about: by themselves, or by their rolls.</summary>
    public int Asked => asked + told;

    /// <summary>How many were more than may be asked about.</summary>
    public int Left { get; private set; }

    /// <summary>How many were passed over, for their rolls could not be read.</summary>
    public int Unread { get; private set; }

    /// <summary>The key behind which the next sweep's questions begin; null for the first.</summary>
    public string? After => Left > 0 && asked == most ? last : null;

    /// <summary>One question more, in the order of keys.</summary>
    public async Task AddAsync(SweepQuestion question)
    {
        if (few is null)
        {
            await DecideAsync(question);
            return;
        }

        few.Add(question);
        if (few.Count > Rolls.Count)
        {
            call = await rolls.CallAsync(cancellation);
            await FlushAsync(few);
        }
    }

    /// <summary>There are no more; all are answered when this ends.</summary>
    public async Task EndAsync()
    {
        if (few is { } all)
        {
            await FlushAsync(all);
        }

        await Task.WhenAll(batch);
    }

    async Task FlushAsync(List<SweepQuestion> all)
    {
        few = null;
        foreach (var question in all)
        {
            await DecideAsync(question);
        }
    }

    async Task DecideAsync(SweepQuestion question)
    {
        switch (call?.WordOn(question.Id, question.Session, question.About, time.GetUtcNow()))
        {
            case RollWord.AsExpected:
                told++;
                break;
            case RollWord.Unread:
                Unread++;
                break;
            default:
                await AskAsync(question);
                break;
        }
    }

    async Task AskAsync(SweepQuestion question)
    {
        var key = question.Id.ToString();
        if (asked == most || (start is not null && string.CompareOrdinal(key, start) <= 0))
        {
            Left++;
            return;
        }

        (asked, last) = (asked + 1, key);
        batch.Add(ask(question, call));
        if (batch.Count == AtOnce)
        {
            await Task.WhenAll(batch);
            batch.Clear();
        }
    }
}

/// <summary>What a sweep wants to know about an app session.</summary>
/// <param name="Id">The app session.</param>
/// <param name="Session">Its state as it was read.</param>
/// <param name="About">The question.</param>
sealed record SweepQuestion(AppSessionId Id, AppSession Session, ServiceQuestion About);
