using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// What is known of an app's health URL in the outage that is on: the URL is asked instead of the webhook, and a 2xx lets the probe go. One watch an
/// outage; its name fences, so that what another one was told changes nothing.
/// </summary>
public sealed record HealthWatch
{
    /// <summary>Names it.</summary>
    public required string Id { get; init; }

    /// <summary>Since when the URL is asked, UTC.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>When the round that is on is told at the latest; much later the watch is lost, and another one begins.</summary>
    public required DateTimeOffset DueBy { get; init; }

    /// <summary>How many rounds were told.</summary>
    public int Rounds { get; init; }

    /// <summary>How often the URL was asked.</summary>
    public int Asked { get; init; }

    /// <summary>What it answered last: <c>http_503</c>, <c>refused</c>; null while nothing is known.</summary>
    public string? Last { get; init; }

    /// <summary>When that was told.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Whether that was 2xx.</summary>
    public bool IsUp { get; init; }

    /// <summary>When a 2xx was last told; null when none was.</summary>
    public DateTimeOffset? UpAt { get; init; }

    /// <summary>How often a 2xx let a probe go sooner.</summary>
    public int Prompts { get; init; }

    /// <summary>When the last probe went since the watch began; null when none did.</summary>
    public DateTimeOffset? ProbedAt { get; init; }
}

/// <summary>The gate's order to whoever asks the health URL.</summary>
/// <param name="From">When to ask first, UTC.</param>
/// <param name="SpacingMs">The average time between two questions, in milliseconds.</param>
/// <param name="Tries">How many questions there are at most; the first 2xx ends the round.</param>
public sealed record HealthOrder(DateTimeOffset From, int SpacingMs, int Tries)
{
    /// <summary>Ask no more: the outage is over, or another watch is on.</summary>
    public static HealthOrder Over { get; } = new(default, 0, 0);

    /// <summary>Whether it is the last one.</summary>
    [JsonIgnore]
    public bool IsOver => Tries == 0;
}

/// <summary>A round of questions to an app's health URL has come to its end.</summary>
/// <param name="Watch">The watch that it is of.</param>
/// <param name="Round">Which round, from 1: what is told twice counts once.</param>
/// <param name="Asked">How many questions were asked.</param>
/// <param name="Result">What came of the last one; null when none was asked.</param>
public sealed record HealthLooked(string Watch, int Round, int Asked, WebhookResult? Result) : AppEvent
{
    /// <summary>Whether it was cut short because the host of whoever asked stops: another one goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Stopped { get; init; }

    /// <summary>Whether the URL says that the app is up.</summary>
    [JsonIgnore]
    public bool IsUp => Result?.Verdict == WebhookVerdict.Accepted;
}

/// <summary>Durable: ask the app's health URL until it is told that it is over.</summary>
/// <param name="Watch">Names the watch.</param>
/// <param name="Order">The first round.</param>
public sealed record WatchHealth(string Watch, HealthOrder Order) : AppEffect;
