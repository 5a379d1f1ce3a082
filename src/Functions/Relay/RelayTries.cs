namespace Lifecycle.Functions.Relay;

/// <summary>The tries of one delivery that are open. Whatever was asked stays open until the end: the first answer counts, whoever gives it.</summary>
sealed class RelayTries(RelayDesk desk, TimeProvider time)
{
    readonly List<RelayTry> open = [];
    volatile TaskCompletionSource called = new();

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => open.Count == 0;

    /// <summary>Completes with the next answer; to be taken before a look for one, so that whoever comes after the look calls it.</summary>
    public Task NextCall() => (called = new TaskCompletionSource()).Task;

    /// <summary>A process is about to be asked.</summary>
    public RelayTry Open(RelayProcess process)
    {
        var one = new RelayTry(Guid.NewGuid().ToString("n"), process, time.GetTimestamp());
        desk.Open(one.Id, () => called.TrySetResult());
        open.Add(one);
        return one;
    }

    /// <summary>It was not asked after all.</summary>
    public void Drop(RelayTry one)
    {
        desk.Close(one.Id);
        open.Remove(one);
    }

    /// <summary>What another instance has taken is as if it had come here.</summary>
    public void Find(RelayRoster roster)
    {
        foreach (var one in open)
        {
            if (roster.ReplyTo(one.Id) is { } reply)
            {
                desk.Answer(one.Id, reply);
            }
        }
    }

    /// <summary>The first one that is answered, and closed by that; null for none so far.</summary>
    public RelayReply? Take()
    {
        foreach (var one in open)
        {
            if (desk.ReplyTo(one.Id) is { } reply)
            {
                Drop(one);
                return reply;
            }
        }

        return null;
    }

    /// <summary>All that are answered.</summary>
    public IEnumerable<RelayReply> TakeAll()
    {
        while (Take() is { } reply)
        {
            yield return reply;
        }
    }

    /// <summary>Whether anybody may have to be called silent: it had its time.</summary>
    public bool HasOverdue(TimeSpan whole) => open.Exists(one => IsOverdue(one, whole));

    /// <summary>Closes what is left.</summary>
    /// <param name="whole">How long the delivery had.</param>
    /// <returns>Those who had their time and have not answered.</returns>
    public IReadOnlyList<RelayProcess> Close(TimeSpan whole)
    {
        RelayProcess[] silent = [.. open.Where(one => IsOverdue(one, whole)).Select(one => one.Process)];
        open.ForEach(one => desk.Close(one.Id));
        open.Clear();
        return silent;
    }

    bool IsOverdue(RelayTry one, TimeSpan whole) =>
        one.Patience is { } patience && desk.ReplyTo(one.Id) is null && RelaySchedule.IsSilent(time.GetElapsedTime(one.AskedAt), patience, whole);
}

/// <summary>One process that a webhook is put to.</summary>
/// <param name="id">Names the try; hexadecimal.</param>
/// <param name="process">Who is asked.</param>
/// <param name="askedAt">When, as a timestamp.</param>
sealed class RelayTry(string id, RelayProcess process, long askedAt)
{
    /// <summary>Names the try; hexadecimal.</summary>
    public string Id => id;

    /// <summary>Who is asked.</summary>
    public RelayProcess Process => process;

    /// <summary>When, as a timestamp.</summary>
    public long AskedAt => askedAt;

    /// <summary>How long it has before another one is asked; null until it is known that it was asked.</summary>
    public TimeSpan? Patience { get; set; }
}
