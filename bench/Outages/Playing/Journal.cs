namespace Lifecycle.Bench.Outages.Playing;

/// <summary>Writes down what happens since the outage began.</summary>
sealed class Journal(TimeProvider time, DateTimeOffset outageAt)
{
    readonly List<WebhookNote> webhooks = [];
    readonly List<RunningNote> running = [];
    readonly Dictionary<AppSessionId, TimeSpan> attached = [];

    public IReadOnlyList<WebhookNote> Webhooks => webhooks;

    /// <summary>How many sessions run, whenever that changes.</summary>
    public IReadOnlyList<RunningNote> Running => running;

    /// <summary>Since when the sessions run that do.</summary>
    public IReadOnlyDictionary<AppSessionId, TimeSpan> RunningSince => attached;

    public int FalseResurrections { get; private set; }

    TimeSpan Now => time.GetUtcNow() - outageAt;

    public void Webhook(bool whileDown, bool accepted)
    {
        if (Now >= TimeSpan.Zero)
        {
            webhooks.Add(new WebhookNote(Now, whileDown, accepted));
        }
    }

    public void FalseResurrection() => FalseResurrections++;

    public void Attached(AppSessionId id)
    {
        attached[id] = Now;
        running.Add(new RunningNote(Now, attached.Count));
    }

    public void Lost(AppSessionId id)
    {
        attached.Remove(id);
        running.Add(new RunningNote(Now, attached.Count));
    }
}

/// <summary>One webhook.</summary>
/// <param name="At">When, since the outage began.</param>
/// <param name="WhileDown">Whether the app's process was not there.</param>
/// <param name="Accepted">Whether it was answered with 202.</param>
readonly record struct WebhookNote(TimeSpan At, bool WhileDown, bool Accepted);

/// <summary>How many sessions run from a time on.</summary>
/// <param name="At">When, since the outage began.</param>
/// <param name="Sessions">How many.</param>
readonly record struct RunningNote(TimeSpan At, int Sessions);
