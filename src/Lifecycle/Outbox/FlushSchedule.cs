namespace Lifecycle;

/// <summary>When an outbox that could not be sent is tried again: decorrelated backoff, jittered by entity.</summary>
public static class FlushSchedule
{
    /// <summary>The shortest wait, in milliseconds.</summary>
    public const int BaseMs = 1_000;

    /// <summary>The longest wait, in milliseconds: so late after an outage the last entity tells what it kept.</summary>
    public const int CapMs = 60_000;

    /// <summary>The next wait, in milliseconds.</summary>
    /// <param name="key">Whose outbox it is.</param>
    /// <param name="sequence">The last sequence in it.</param>
    /// <param name="failures">How often in a row it failed before.</param>
    /// <param name="previousMs">The last wait; 0 for none.</param>
    public static double NextMs(AppSessionId key, long sequence, int failures, double previousMs) =>
        Backoff.NextMs(previousMs, BaseMs, CapMs, StableHash.Uniform(key, $"flush{sequence}", failures));
}
