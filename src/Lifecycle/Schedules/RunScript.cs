namespace Lifecycle;

/// <summary>
/// What the orchestration of a run does by itself between two words with its entity: it waits, and nothing else. Each wait saves a step
/// that would decide nothing.
/// </summary>
public static class RunScript
{
    /// <summary>
    /// How long an app that accepted a webhook has to attach before its answer is told. Most attach sooner, and then the run is over by the
    /// time it is told. A failure is told at once, and so is every answer that somebody waits for.
    /// </summary>
    public static readonly TimeSpan TimeToAttach = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait before the entity is told of an answer; null for not at all.</summary>
    /// <param name="order">The order to send that was obeyed.</param>
    /// <param name="result">What came of it.</param>
    public static TimeSpan? BeforeTelling(RunOrder order, WebhookResult result) =>
        order.Unhurried && result.Verdict == WebhookVerdict.Accepted ? TimeToAttach : null;
}
