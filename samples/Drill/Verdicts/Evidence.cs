using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.App;

namespace Lifecycle.Samples.Drill.Verdicts;

/// <summary>What must hold after a recovery, judged by Lifecycle's status, the app server's own view and the webhooks it received.</summary>
sealed class Evidence(
    ReportLine line, AppSessions app, IReadOnlyList<SessionStatus> before, IReadOnlyList<SessionStatus> after, DateTimeOffset fault,
    DateTimeOffset? appUp = null)
{
    static readonly TimeSpan settleLimit = TimeSpan.FromSeconds(10);

    readonly Dictionary<string, SessionStatus> was = before.ToDictionary(status => status.SessionId);

    public IReadOnlyList<Course> Courses { get; } = line.Add(app, before, after, fault, appUp);

    Checks Checks => line.Checks;

    string Package => app.App.Package;

    /// <summary>Scenarios 1 and 3: a reconnect, which loses nothing and restarts nothing.</summary>
    public void IsReconnect()
    {
        var path = $"{States.Running} → {States.GracePeriod} → {States.Running}";
        Checks.Every($"{Package}: sessions that took the path {path}", Courses, course => course.Path == path, course => course.ToString());
        Every("sessions with the correlation id they had", status => status.CorrelationId == was[status.SessionId].CorrelationId, status => status.CorrelationId);
        Every("sessions of the same process", status => status.InstanceId == was[status.SessionId].InstanceId, status => status.InstanceId);
        Every("sessions with the subscriptions they had", KeptSubscriptions, ShowSubscriptions);
        NoWebhook();
    }

    /// <summary>Each session was handed over once, to one of these processes, and noticed nothing.</summary>
    public void IsHandOver(IReadOnlyCollection<string> successors)
    {
        Every("sessions without a grace window", status => status.Tally.Graces == was[status.SessionId].Tally.Graces, status => $"{status.Tally.Graces}");
        Every("sessions taken over once", status => status.Tally.TakeOvers == was[status.SessionId].Tally.TakeOvers + 1, status => $"{status.Tally.TakeOvers}");
        Every("sessions of a new process", status => status.InstanceId is { } id && successors.Contains(id), status => status.InstanceId);
        Every("sessions with the correlation id they had", status => status.CorrelationId == was[status.SessionId].CorrelationId, status => status.CorrelationId);
        Every("sessions with the subscriptions they had", KeptSubscriptions, ShowSubscriptions);
        Checks.Equal($"{Package}: types of webhooks received", "handover_request", string.Join(", ", Received().Select(webhook => webhook.Type).Distinct().Order()));
        var asked = Received().DistinctBy(webhook => webhook.Id).CountBy(webhook => webhook.SessionId).ToDictionary();
        Every("sessions that were asked for once", status => asked.GetValueOrDefault(status.SessionId) == 1, status => $"{asked.GetValueOrDefault(status.SessionId)}");
    }

    /// <summary>A new process starts the sessions anew.</summary>
    public void IsFresh()
    {
        Every("sessions of a new process", status => status.InstanceId is { } id && id != was[status.SessionId].InstanceId, status => status.InstanceId);
        Every("sessions with a new correlation id", status => status.CorrelationId != was[status.SessionId].CorrelationId, status => status.CorrelationId);
        Every("sessions subscribed again", AppSessions.IsWell, status => $"[{string.Join(", ", status.Subscriptions)}]");
        Every("sessions without a false resurrection", status => status.Tally.FalseResurrections == was[status.SessionId].Tally.FalseResurrections, status => $"{status.Tally.FalseResurrections}");
    }

    public void NoWebhook()
    {
        Checks.Equal($"{Package}: webhooks sent", 0, after.Sum(status => status.Tally.Webhooks - was[status.SessionId].Tally.Webhooks));
        Checks.Equal($"{Package}: webhooks received", 0, Received().Count);
    }

    /// <summary>Every session went the long way, and was asked for by webhook.</summary>
    public void IsResurrection()
    {
        Checks.Every($"{Package}: sessions that passed GRACE_PERIOD, DISCONNECTED, RESURRECTING, RUNNING", Courses,
            course => course.Passed(States.GracePeriod, States.Disconnected, States.Resurrecting, States.Running), course => course.ToString());
        var asked = Received().Where(webhook => webhook.Type == "resurrection_request").Select(webhook => webhook.SessionId).ToHashSet();
        Every("sessions whose resurrection webhook reached the app", status => asked.Contains(status.SessionId), status => status.State);
        Checks.Every($"{Package}: sessions that were not given up", Courses, course => course.First(States.Evicted) is null, course => course.ToString());
        OneIdPerAttempt();
    }

    /// <summary>One attempt has one webhook id, however often it is sent.</summary>
    public void OneIdPerAttempt()
    {
        var attempts = app.App.TurnedAway().Concat(app.App.Webhooks()).GroupBy(webhook => (webhook.SessionId, webhook.RunId, webhook.Attempt)).ToList();
        Checks.Every($"{Package}: webhook attempts with one id", attempts, group => group.DistinctBy(webhook => webhook.Id).Count() == 1,
            group => $"{group.Key}: {string.Join(", ", group.Select(webhook => webhook.Id).Distinct())}");
    }

    /// <summary>The app server sees the same as Lifecycle: attached, same correlation id, same subscriptions.</summary>
    public async Task AppAgreesAsync(bool? resumed, TimeProvider time, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, SessionFacts> facts = new Dictionary<string, SessionFacts>();
        var start = time.GetTimestamp();
        do
        {
            // An ack is on its way when Lifecycle says RUNNING already.
            if (facts.Count > 0) await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
            facts = await app.App.SessionsAsync(cancellation);
        }
        while (!after.All(status => Agrees(status, facts.GetValueOrDefault(status.SessionId), resumed)) && time.GetElapsedTime(start) < settleLimit);
        Every($"sessions on which app server and Lifecycle agree{(resumed == true ? ", acknowledged as resumed" : "")}",
            status => Agrees(status, facts.GetValueOrDefault(status.SessionId), resumed),
            status => $"{facts.GetValueOrDefault(status.SessionId)?.ToString() ?? "the app server does not have it"}");
    }

    static bool Agrees(SessionStatus status, SessionFacts? fact, bool? resumed) =>
        fact is { State: "Attached" } && fact.CorrelationId == status.CorrelationId && fact.SubscriptionsVersion == status.SubscriptionsVersion
        && fact.Subscriptions.Order().SequenceEqual(status.Subscriptions.Order()) && (resumed is null || fact.Resumed == resumed);

    bool KeptSubscriptions(SessionStatus status) =>
        status.Subscriptions.Order().SequenceEqual(was[status.SessionId].Subscriptions.Order())
        && status.SubscriptionsVersion == was[status.SessionId].SubscriptionsVersion;

    static string ShowSubscriptions(SessionStatus status) => $"[{string.Join(", ", status.Subscriptions)}] version {status.SubscriptionsVersion}";

    IReadOnlyList<WebhookArrival> Received() => [.. app.App.Webhooks().Where(webhook => webhook.At >= fault)];

    void Every(string what, Func<SessionStatus, bool> passes, Func<SessionStatus, string?> shows) =>
        Checks.Every($"{Package}: {what}", after, passes, status => $"{status.SessionId}: {shows(status) ?? "none"}");
}
