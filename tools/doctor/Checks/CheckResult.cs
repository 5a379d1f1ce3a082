namespace Lifecycle.Doctor;

/// <summary>What one check came to.</summary>
/// <param name="Id">The check.</param>
/// <param name="Group">Its group.</param>
/// <param name="Title">What is expected, in a sentence.</param>
/// <param name="Level">How much it weighs.</param>
/// <param name="Rule">The link to the page of the wire, with the heading's anchor.</param>
/// <param name="RuleWords">Words that stand there.</param>
/// <param name="Verdict">What it came to.</param>
/// <param name="Expected">What was expected at the point where it failed; the title otherwise.</param>
/// <param name="Seen">What was seen, or why it was skipped.</param>
/// <param name="TookMs">How long it took, in milliseconds.</param>
/// <param name="Moments">What happened, in order.</param>
public sealed record CheckResult(
    string Id,
    string Group,
    string Title,
    CheckLevel Level,
    string Rule,
    string RuleWords,
    CheckVerdict Verdict,
    string Expected,
    string Seen,
    long TookMs,
    IReadOnlyList<Moment> Moments)
{
    internal const string NotReached = "not reached: the doctor was ended before";

    /// <summary>Whether a MUST failed.</summary>
    public bool IsBad => (Level, Verdict) == (CheckLevel.Must, CheckVerdict.Fail);

    internal static CheckResult Of(Check check, CheckVerdict verdict, string expected, string seen, TimeSpan took, IReadOnlyList<Moment> moments) => new(
        check.Id, check.Group, check.Title, check.Level, check.Rule.Link, check.Rule.Words, verdict, expected, seen, (long)took.TotalMilliseconds, moments);
}

/// <summary>One thing that happened during a check.</summary>
/// <param name="AtMs">When, in milliseconds since the check began.</param>
/// <param name="What">What. Never a secret: tokens are named by their number.</param>
public sealed record Moment(long AtMs, string What);
