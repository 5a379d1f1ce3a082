using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// The sessions of one app that attach and are lost again and again. Once several do, it is the app: their restarts are admitted one at a time. It does
/// not grow with the number of sessions.
/// </summary>
public sealed record CrashLoops
{
    /// <summary>How many of them are remembered by name.</summary>
    public const int MostSessions = 16;

    /// <summary>None does.</summary>
    public static CrashLoops None { get; } = new();

    /// <summary>Those that are remembered; who waits stands before everybody who began to wait later.</summary>
    public ImmutableArray<Looper> Sessions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>When one was last told of, UTC; null while none is.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>How many restarts were admitted since several loop.</summary>
    public int Restarts { get; init; }

    /// <summary>The last of them.</summary>
    public Flight? Restart { get; init; }

    /// <summary>When the next one may go, UTC; null for at once.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Whether there is any.</summary>
    [JsonIgnore]
    public bool IsOpen => LastAt is not null;

    /// <summary>Whether it is more than the matter of one session.</summary>
    [JsonIgnore]
    public bool IsShared => Sessions.Length > 1;

    /// <summary>Those that wait and can be called up, in the order of their turns.</summary>
    [JsonIgnore]
    public IEnumerable<Looper> Waiting => Sessions.Where(session => session.RunId is not null);

    /// <summary>Whether it is one of them who asks.</summary>
    public bool IsWaiting(AdmissionAsked ask) => Sessions.Any(session => session.SessionId == ask.SessionId && session.RunId is not null && session.RunId == ask.RunId);

    /// <summary>The same with one more loss of a session.</summary>
    /// <param name="sessionId">The user session.</param>
    /// <param name="now">When it was told, UTC.</param>
    /// <param name="forgotten">Who has not been told of since then, and waits for nothing, is forgotten.</param>
    public CrashLoops With(string sessionId, DateTimeOffset now, DateTimeOffset forgotten)
    {
        var known = Sessions.RemoveAll(session => session is { RunId: null } && session.At < forgotten);
        var at = known.IndexOf(known.FirstOrDefault(session => session.SessionId == sessionId)!);
        var sessions = at >= 0 ? known.SetItem(at, new Looper(sessionId, now)) : Joined(known, new Looper(sessionId, now));
        return this with { Sessions = sessions, LastAt = now };
    }

    /// <summary>The same while a session waits to be restarted, and how many wait before it; null when it cannot be called up.</summary>
    /// <param name="ask">Its question.</param>
    /// <param name="now">When it is put, UTC.</param>
    public (CrashLoops Loops, int? Before) WithWaiting(AdmissionAsked ask, DateTimeOffset now)
    {
        if (ask is not { SessionId: { } session, RunId: { } run })
        {
            return (this, null);
        }

        var its = Sessions.FirstOrDefault(looper => looper.SessionId == session);
        var waits = its?.RunId is not null;
        if (waits && its!.Since > ask.Since)
        {
            return (this, null); // of a run before, that was long under way: whoever is called must be the one that waits
        }

        var sessions = waits
            ? Sessions.Replace(its!, its! with { RunId = run, Since = ask.Since })
            : Joined(its is null ? Sessions : Sessions.Remove(its), new Looper(session, its?.At ?? now, run) { Since = ask.Since });
        var after = this with { Sessions = sessions };
        return (after, after.IsWaiting(ask) ? after.Waiting.TakeWhile(other => other.SessionId != session).Count() : null);
    }

    /// <summary>The same once a session waits no longer.</summary>
    public CrashLoops WithoutWaiting(string? sessionId) => Waiting.FirstOrDefault(session => session.SessionId == sessionId) is { } its
        ? this with { Sessions = Sessions.Replace(its, its with { RunId = null, Since = null }) }
        : this;

    // Nobody who waits is pushed out: it would wait for a call that does not come.
    static ImmutableArray<Looper> Joined(ImmutableArray<Looper> sessions, Looper one)
    {
        var idle = sessions.FirstOrDefault(session => session.RunId is null);
        return sessions.Length < MostSessions ? sessions.Add(one) : idle is null ? sessions : sessions.Remove(idle).Add(one);
    }

    /// <summary>Equal when every field and every session is.</summary>
    public bool Equals(CrashLoops? other) =>
        other is not null
        && (LastAt, Restarts, Restart, NextAt) == (other.LastAt, other.Restarts, other.Restart, other.NextAt)
        && Sessions.AsSpan().SequenceEqual(other.Sessions.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(LastAt, Restarts, NextAt, Sessions.Length);
}

/// <summary>A session whose app is lost again and again.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="At">When it was last told of, UTC.</param>
/// <param name="RunId">Its run, while it waits to be restarted.</param>
public sealed record Looper(
    [property: JsonPropertyName("s")] string SessionId,
    [property: JsonPropertyName("a")] DateTimeOffset At,
    [property: JsonPropertyName("r"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RunId = null)
{
    /// <summary>Since when that tries, UTC; null when it is not known, or none waits.</summary>
    [JsonPropertyName("b")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Since { get; init; }
}
