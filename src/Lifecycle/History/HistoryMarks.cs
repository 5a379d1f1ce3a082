using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What is remembered of a session's last loss and last attach however much has happened since.</summary>
public sealed record HistoryMarks
{
    /// <summary>Nothing has happened yet.</summary>
    public static HistoryMarks None { get; } = new();

    /// <summary>How its app was lost last; null when it never was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LossMark? Loss { get; init; }

    /// <summary>How its app attached last; null when it never did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttachMark? Attach { get; init; }

    /// <summary>How it was given up last; null when it never was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GivenUpMark? GivenUp { get; init; }

    /// <summary>How many start and resurrection webhooks had been sent when it was lost, or started, last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SentBefore { get; init; }

    /// <summary>The same after a decision.</summary>
    public HistoryMarks After(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now)
    {
        var after = decision.Session;
        var isMove = decision.Effects.Any(effect => effect is PublishTransition);
        return isMove switch
        {
            true when after.State == AppState.Running => this with { Attach = AttachMark.Of(this, before, decision, now) },
            true when before.State == AppState.Running => this with { Loss = LossMark.Of(before, @event, decision, now), SentBefore = before.Tally.Webhooks },
            true when after.State == AppState.Evicted => this with { GivenUp = GivenUpMark.Of(this, before) },
            true when after.State == AppState.Starting && before.Run?.Reason != RunReason.Start => this with { Loss = null, SentBefore = before.Tally.Webhooks },
            _ => this,
        };
    }
}

/// <summary>How an app was lost.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why, from <see cref="Reasons"/>.</param>
/// <param name="Error">What the SignalR service said of it; null for nothing.</param>
/// <param name="Instance">The app process; null when it does not say.</param>
public sealed record LossMark(DateTimeOffset At, string Reason, string? Error, string? Instance)
{
    const int MostError = 80;

    internal static LossMark Of(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now) => new(
        now, decision.Outcome.Reason, @event is Disconnected { Error: { Length: > 0 } error } ? Clip(error) : null, before.InstanceId);

    static string Clip(string text) => FailedMessage.Of(0, text).Error is var line && line.Length > MostError ? FailedMessage.Of(0, line[..MostError]).Error : line;
}

/// <summary>How an app attached.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">How, from <see cref="Reasons"/>.</param>
/// <param name="Blame">Whose fault the loss was that it ended.</param>
/// <param name="AwayMs">How long it had been away, in milliseconds; null when it had not been there before, or was not away.</param>
/// <param name="Webhooks">How many webhooks were sent meanwhile.</param>
/// <param name="IsFalse">A restart was asked of a process that lived.</param>
public sealed record AttachMark(DateTimeOffset At, string Reason, Blame Blame, double? AwayMs, int Webhooks, bool IsFalse)
{
    /// <summary>What came of the last webhook that failed; null when none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastFailure { get; init; }

    /// <summary>When the webhook went out after which it attached, UTC; null when that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? AskedAt { get; init; }

    internal static AttachMark Of(HistoryMarks marks, AppSession before, Decision decision, DateTimeOffset now)
    {
        var after = decision.Session;
        double? away = before.State != AppState.Running && marks.Loss is { } loss ? (now - loss.At).TotalMilliseconds : null;
        return new(
            now,
            decision.Outcome.Reason,
            decision.Outcome.Blame,
            away,
            Math.Max(0, after.Tally.Webhooks - marks.SentBefore),
            after.Tally.FalseResurrections > before.Tally.FalseResurrections)
        {
            LastFailure = before.Run?.LastAttempts.LastOrDefault(note => !note.Outcome.StartsWith("http_2", StringComparison.Ordinal))?.Outcome,
            AskedAt = before.State == AppState.Resurrecting ? before.Since : null,
        };
    }
}

/// <summary>How a session was given up.</summary>
/// <param name="Since">Since when it was tried, UTC; null when that is not known.</param>
/// <param name="Webhooks">How many webhooks were sent in that time.</param>
/// <param name="LastOutcome">What came of the last one; null when none was sent.</param>
public sealed record GivenUpMark(DateTimeOffset? Since, int Webhooks, string? LastOutcome)
{
    internal static GivenUpMark Of(HistoryMarks marks, AppSession before) => new(
        before.Run?.BeganAt ?? marks.Loss?.At, before.Run?.Attempt ?? 0, before.Run?.LastAttempts.LastOrDefault()?.Outcome);
}
