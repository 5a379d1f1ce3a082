using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// The apps that were started lately in one user session. A start that was accepted can be on its way to its app session when the whole user session is
/// stopped or goes away: what a read finds does not show it, and this does. Older ones are found by a read.
/// </summary>
public sealed record UserSession
{
    /// <summary>For how long a start is remembered: far longer than an engine is behind that still takes connections.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>A user session in which nothing was started lately.</summary>
    public static UserSession Empty { get; } = new();

    /// <summary>The apps, each once, the newest last.</summary>
    public ImmutableArray<StartedApp> Started { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>When the oldest of them is to be forgotten; null when there is none.</summary>
    [JsonIgnore]
    public DateTimeOffset? TrimAt => Started is [var oldest, ..] ? oldest.At + Kept : null;

    /// <summary>The same with an app that was started at that time.</summary>
    public UserSession With(string packageName, DateTimeOffset at) =>
        this with { Started = Started.RemoveAll(app => app.PackageName == packageName).Add(new StartedApp(packageName, at)) };

    /// <summary>The same without what is remembered for long enough.</summary>
    public UserSession Trimmed(DateTimeOffset now) => this with { Started = Started.RemoveAll(app => app.At + Kept <= now || app.At > now + Kept) };

    /// <summary>Whom to tell what is said to the whole user session: those that a read found, with their policies, and those that were started lately.</summary>
    public ImmutableArray<ToldApp> ToTell(ImmutableArray<ToldApp> found) =>
        [.. found, .. Started.Where(app => found.All(other => other.PackageName != app.PackageName)).Select(app => new ToldApp(app.PackageName, Policy: null))];

    /// <summary>Equal when every app is.</summary>
    public bool Equals(UserSession? other) => other is not null && Started.AsSpan().SequenceEqual(other.Started.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Started.Length;
}

/// <summary>An app that was started in a user session.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="At">When, UTC.</param>
public sealed record StartedApp(string PackageName, DateTimeOffset At);

/// <summary>An app of a user session that is told something.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="Policy">Its policy at this moment; null when it is not known.</param>
public sealed record ToldApp(string PackageName, Policy? Policy);
