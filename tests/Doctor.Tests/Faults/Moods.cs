namespace Lifecycle.Doctor.Tests.Faults;

/// <summary>Faults that show in the sessions of single checks, which are named by them: so one app can have many, and none is in the way of another.</summary>
static class Moods
{
    /// <summary>Whether a session is that check's, or one beside it.</summary>
    public static bool IsOf(string? sessionId, params ReadOnlySpan<string> checks)
    {
        foreach (var check in checks)
        {
            if (sessionId is not null && (sessionId.EndsWith($"-{check}", StringComparison.Ordinal) || sessionId.Contains($"-{check}-", StringComparison.Ordinal))) return true;
        }
        return false;
    }
}
