namespace Lifecycle.Doctor;

/// <summary>What an examination came to.</summary>
/// <param name="PackageName">The package.</param>
/// <param name="WebhookUrl">The app's webhook address, without its query.</param>
/// <param name="BeganAt">When it began, UTC.</param>
/// <param name="TookMs">How long it took, in milliseconds.</param>
/// <param name="WireVersion">The version of the wire that the app speaks.</param>
/// <param name="SpeaksContract">Whether the app speaks the doctor contract.</param>
/// <param name="Results">Every check that was asked for, in the order of <see cref="CheckList.All"/>.</param>
public sealed record DoctorReport(
    string PackageName, string WebhookUrl, DateTimeOffset BeganAt, long TookMs, int WireVersion, bool SpeaksContract, IReadOnlyList<CheckResult> Results)
{
    /// <summary>Whether every check was reached; false when somebody ended the doctor before.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Whether every check was reached and no MUST failed.</summary>
    public bool IsGood => IsWhole && !Results.Any(result => result.IsBad);

    /// <summary>What a program that was asked for the report exits with: 0 when no MUST failed, else 1; 130 when it was ended before. (2 is for bad usage.)</summary>
    public int ExitCode => !IsWhole ? DoctorCommand.Interrupted : IsGood ? 0 : 1;

    /// <summary>How many checks of a level came to a verdict.</summary>
    public int Count(CheckVerdict verdict, CheckLevel? level = null) => Results.Count(result => result.Verdict == verdict && (level is null || result.Level == level));
}
