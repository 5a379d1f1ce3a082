namespace Lifecycle;

/// <summary>
/// An operator's wish that attached apps attach anew, here or at another installation, each in a slot of its own. Pure: what it makes of a session
/// depends on nothing but the plan, the session and the time.
/// </summary>
/// <param name="Id">Names it; slots differ from one plan to the next.</param>
/// <param name="AcceptedAt">When it was accepted, UTC: the window begins then.</param>
public sealed record MovePlan(string Id, DateTimeOffset AcceptedAt)
{
    /// <summary>The shortest window, in milliseconds.</summary>
    public const int ShortestWindowMs = 1_000;

    /// <summary>The longest window, in milliseconds.</summary>
    public const int LongestWindowMs = 3_600_000;

    /// <summary>The window of a plan that names none, in milliseconds.</summary>
    public const int DefaultWindowMs = 60_000;

    /// <summary>The share of a plan that names none, and the largest, in percent.</summary>
    public const int WholeShare = 100;

    /// <summary>The longest address, in characters.</summary>
    public const int MaxUrl = 2048;

    /// <summary>The one app whose sessions are meant; null for all.</summary>
    public string? PackageName { get; init; }

    /// <summary>How many of the sessions, in percent, 1 to 100. A larger share includes a smaller one.</summary>
    public int Share { get; init; } = WholeShare;

    /// <summary>Over how long the slots are spread, in milliseconds: 1,000 to 3,600,000. Too small: a crowd. Too large: an operator who waits.</summary>
    public int WindowMs { get; init; } = DefaultWindowMs;

    /// <summary>The base address of the installation to attach at; null for this one.</summary>
    public string? Url { get; init; }

    /// <summary>What is wrong with it, by the name of the field on the wire; nothing when it is good.</summary>
    public IReadOnlyDictionary<string, string> Validate()
    {
        var errors = new Dictionary<string, string>();
        Check("packageName", PackageName is null || Identifiers.IsValid(PackageName), $"must be {Identifiers.Rule}; or absent for all apps");
        Check("share", Share is >= 1 and <= WholeShare, $"must be a percentage from 1 to {WholeShare}");
        Check("windowMs", WindowMs is >= ShortestWindowMs and <= LongestWindowMs, $"must be from {ShortestWindowMs} to {LongestWindowMs} milliseconds");
        Check(
            "url",
            Url is null || IsBase(Url),
            $"must be an absolute http or https address of at most {MaxUrl} characters, without user info, query and fragment; or absent for this installation");
        return errors;

        void Check(string field, bool isGood, string rule)
        {
            if (!isGood)
            {
                errors[field] = rule;
            }
        }
    }

    /// <summary>What a session is told; null when it is not meant, or nobody is attached who could be told.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="now">The time, UTC.</param>
    public MoveOrder? OrderFor(AppSessionId id, AppSession session, DateTimeOffset now) =>
        session is { State: AppState.Running, Released: false, Attachment: { } attachment } && Means(id)
            ? new MoveOrder(attachment.ConnectionId, LeftUntil(SlotOf(id), now), Url)
            : null;

    // The share of a session is the same in every plan: so a larger one includes those that went before.
    bool Means(AppSessionId id) =>
        (PackageName is null || PackageName == id.PackageName) && StableHash.Uniform(id, "move-share", 0) * WholeShare < Share;

    DateTimeOffset SlotOf(AppSessionId id) => AcceptedAt.AddMilliseconds(WindowMs * StableHash.Uniform(id, $"move|{Id}", 0));

    // A clock that was set back must not make a wait of more than the window.
    int LeftUntil(DateTimeOffset slot, DateTimeOffset now) => (int)Math.Clamp((slot - now).TotalMilliseconds, 0, WindowMs);

    static bool IsBase(string url) =>
        url.Length <= MaxUrl && !url.Contains('?') && !url.Contains('#')
        && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Host.Length > 0;
}

/// <summary>What one attached app is told: to attach anew, and to close its old socket after that.</summary>
/// <param name="ConnectionId">The connection that it is told over; null for every connection of the user, where the attachment has no name yet.</param>
/// <param name="AfterMs">How long to wait before, in milliseconds.</param>
/// <param name="Url">The base address of the installation to attach at; null for this one.</param>
public sealed record MoveOrder(string? ConnectionId, int AfterMs, string? Url);
