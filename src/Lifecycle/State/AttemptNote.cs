namespace Lifecycle;

/// <summary>What came of one webhook, for operators. Never a secret.</summary>
/// <param name="At">When its outcome was known.</param>
/// <param name="Outcome">What was seen, for example <c>http_503</c>.</param>
public sealed record AttemptNote(DateTimeOffset At, string Outcome);
