namespace Lifecycle;

/// <summary>What the rolls say about an app session of which there is something to ask.</summary>
public enum RollWord
{
    /// <summary>It is as the session believes, or too young to tell.</summary>
    AsExpected,

    /// <summary>It is otherwise, or the rolls cannot tell: the service is to be asked about this one.</summary>
    Ask,

    /// <summary>Its roll was not read to the end, and nothing follows from not being on it: the next sweep reads it again.</summary>
    Unread,
}

/// <summary>
/// The rolls as they were read at the beginning of a sweep. They only tell about whom nobody needs to ask: whatever is not as expected is asked about by itself before anything
/// is done, for a list is older than an answer, and of a user that is on no roll yet it says nothing.
/// </summary>
/// <remarks>Each roll may be filled by another thread. What is kept are hashes: a million connections take some 60 MB, and not 300.</remarks>
/// <param name="at">When their reading began, UTC.</param>
public sealed class RollCall(DateTimeOffset at)
{
    readonly HashSet<ulong>[] present = [.. Enumerable.Range(0, Rolls.Count).Select(_ => new HashSet<ulong>())];
    readonly bool[] whole = new bool[Rolls.Count];

    /// <summary>When their reading began, UTC.</summary>
    public DateTimeOffset At => at;

    /// <summary>How many were not read to the end.</summary>
    public int Unread => whole.Count(isWhole => !isWhole);

    /// <summary>A connection is on a roll.</summary>
    /// <param name="roll">The roll.</param>
    /// <param name="connectionId">The connection.</param>
    /// <param name="userId">Its user.</param>
    public void Add(int roll, string connectionId, string? userId)
    {
        present[roll].Add(StableHash.Number(connectionId));
        if (userId is not null)
        {
            present[roll].Add(StableHash.Number(userId)); // users have a colon, connections none
        }
    }

    /// <summary>All connections of a roll were added.</summary>
    public void Complete(int roll) => whole[roll] = true;

    /// <summary>What they say.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="session">Its state, read at about the same time.</param>
    /// <param name="question">What is to be asked about it.</param>
    /// <param name="now">The time, UTC.</param>
    public RollWord WordOn(AppSessionId id, AppSession session, ServiceQuestion question, DateTimeOffset now)
    {
        var roll = Rolls.NumberOf(id);
        var isPresent = present[roll].Contains(StableHash.Number(question.ConnectionId ?? id.ToString()));
        return (isPresent && question.Expected) || IsYoung(session, now) ? RollWord.AsExpected
            : isPresent ? RollWord.Ask
            : !whole[roll] ? RollWord.Unread
            : question.Expected || session.Roll?.Covers(at) != true ? RollWord.Ask
            : RollWord.AsExpected;
    }

    // Its socket may have been opened, or closed, after its roll was read. A time in the future is none: a clock was set back.
    bool IsYoung(AppSession session, DateTimeOffset now) =>
        (session.Attachment?.AttachedAt ?? session.Since) is var since && since <= now && since > at - Rules.LeaveAlone;
}
