namespace Lifecycle.Sdk.Sessions;

/// <summary>When to tell what is handled: seldom while nobody waits for it. Not thread-safe.</summary>
sealed class DoneRhythm(TimeProvider time)
{
    /// <summary>What is handled is told no later than this, if its Lifecycle can be reached.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromSeconds(2.5);

    /// <summary>So many are told at once.</summary>
    public const int Many = 32;

    /// <summary>No two calls are closer than this, but for those that somebody asked for.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    /// <summary>The same for a process that leaves, which tells each message at once.</summary>
    public static readonly TimeSpan LeavingSpacing = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait behind calls that failed; the first is <see cref="Latest"/>, and each doubles it.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    long? _firstAt;
    long? _saidAt;
    bool _isAsked, _isLeaving;
    int _failures;

    /// <summary>A message is handled.</summary>
    /// <param name="untold">How many are untold, this one included.</param>
    /// <param name="isPrompt">Somebody waits for it.</param>
    public void Handled(int untold, bool isPrompt)
    {
        if (untold == 1) _firstAt = time.GetTimestamp();
        _isAsked |= isPrompt;
    }

    /// <summary>Somebody wants to know now.</summary>
    public void Ask() => _isAsked = true;

    /// <summary>Whether somebody wants to know, news or not.</summary>
    public bool IsAsked => _isAsked;

    /// <summary>The process leaves.</summary>
    public void Leave() => _isLeaving = true;

    /// <summary>A call goes out.</summary>
    public void Saying() => (_isAsked, _saidAt) = (false, time.GetTimestamp());

    /// <summary>A call was answered, or there is a new connection: the failures before it say nothing any more.</summary>
    public void Cheer() => _failures = 0;

    /// <summary>A call failed.</summary>
    public void Failed() => _failures++;

    /// <summary>How long until the next call; null when there is nothing to tell.</summary>
    public TimeSpan? Wait(int untold)
    {
        if (_isAsked) return TimeSpan.Zero;
        if (untold == 0) return null;
        var due = _isLeaving || untold >= Many ? TimeSpan.Zero : Left(_firstAt, Latest);
        var spaced = Left(_saidAt, _failures > 0 ? Retry : _isLeaving ? LeavingSpacing : Spacing);
        return due > spaced ? due : spaced;
    }

    TimeSpan Retry
    {
        get
        {
            var wait = Latest * Math.Pow(2, Math.Min(_failures - 1, 8));
            return wait < LongestRetry ? wait : LongestRetry;
        }
    }

    TimeSpan Left(long? since, TimeSpan limit)
    {
        var left = since is { } at ? limit - time.GetElapsedTime(at) : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
