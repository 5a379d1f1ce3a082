namespace Lifecycle.Sdk.Sessions;

/// <summary>What is to be told of the messages that are handled.</summary>
/// <param name="Order">The order that the numbers belong to.</param>
/// <param name="Seq">Every message up to this one is handled.</param>
/// <param name="Handled">Those that had not been told.</param>
sealed record DoneBatch(long Order, long Seq, IReadOnlyList<HandledMessage> Handled);

/// <summary>A message whose handlers have returned, or that was set aside with an error.</summary>
readonly record struct HandledMessage(long Seq, string? Error);

/// <summary>
/// How far the handlers of a session have come, and what of that has not been told. Messages are handled one at a time and in order, so that one number says
/// it. Not thread-safe.
/// </summary>
sealed class DoneLedger
{
    /// <summary>One batch names at most so many messages that failed.</summary>
    public const int MaxFailed = 20;

    /// <summary>Of more than this the oldest are not told one by one: the number says that they are handled.</summary>
    public const int MaxUntold = 1024;

    readonly List<HandledMessage> _untold = [];

    /// <summary>Counts the orders: a session that starts clean begins a new one.</summary>
    public long Order { get; private set; }

    /// <summary>Every message up to this one is handled.</summary>
    public long Seq { get; private set; }

    /// <summary>How many handled messages have not been told.</summary>
    public int Untold => _untold.Count;

    /// <summary>A new order begins behind this number; what is untold belongs to an old life, and nobody asks for it any more.</summary>
    public void Begin(long seq)
    {
        Order++;
        Seq = seq;
        _untold.Clear();
    }

    /// <summary>A message is handled. False when it belongs to an order that is over.</summary>
    public bool Handle(long order, HandledMessage message)
    {
        if (order != Order) return false;
        Seq = Math.Max(Seq, message.Seq);
        _untold.Add(message);
        Trim();
        return true;
    }

    /// <summary>Lifecycle does not want to know.</summary>
    public void Forget() => _untold.Clear();

    /// <summary>What to tell now, up to as many failures as one batch holds.</summary>
    public DoneBatch Take()
    {
        var (count, failed) = (0, 0);
        while (count < _untold.Count && failed < MaxFailed)
        {
            if (_untold[count++].Error is not null) failed++;
        }
        var taken = _untold.GetRange(0, count);
        _untold.RemoveRange(0, count);
        return new DoneBatch(Order, _untold.Count == 0 ? Seq : taken[^1].Seq, taken);
    }

    /// <summary>The batch could not be told.</summary>
    public void PutBack(DoneBatch batch)
    {
        if (batch.Order != Order) return;
        _untold.InsertRange(0, batch.Handled);
        Trim();
    }

    void Trim()
    {
        if (_untold.Count > MaxUntold) _untold.RemoveRange(0, _untold.Count - MaxUntold);
    }
}
