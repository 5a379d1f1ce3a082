using Lifecycle.Bench.Outages.Strategies;
using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages.Playing;

/// <summary>The server of one app: a process, its sessions, and what its webhook answers.</summary>
sealed class OutageApp
{
    const int accepted = 202;
    static readonly TimeSpan warmUp = TimeSpan.FromMinutes(1);

    readonly AppModel model;
    readonly OutageTrace trace;
    readonly IStrategy strategy;
    readonly Journal journal;
    readonly TimeProvider time;
    readonly Queue<DateTimeOffset> lastSecond = new();
    readonly Dictionary<AppSessionId, OutageSession> sessions;
    DateTimeOffset upSince;
    int statusWhileDown;

    public OutageApp(AppModel model, OutageTrace trace, IStrategy strategy, Journal journal, TimeProvider time)
    {
        (this.model, this.trace, this.strategy, this.journal, this.time) = (model, trace, strategy, journal, time);
        upSince = time.GetUtcNow() - warmUp; // it has been up for long when the trace begins
        sessions = Enumerable.Range(1, model.Sessions)
            .Select(n => new OutageSession(this, new AppSessionId($"s{n:0000}", model.Package), n > model.Sessions - model.ForegroundSessions, trace))
            .ToDictionary(session => session.Id);
    }

    public string Package => model.Package;

    public IReadOnlyCollection<OutageSession> Sessions => sessions.Values;

    public bool IsUp { get; private set; } = true;

    /// <summary>What its health URL answers: an HTTP status, 0 when nobody listens.</summary>
    public int HealthStatus => IsUp ? 200 : statusWhileDown;

    /// <summary>Counts its processes; each knows only the sessions that it attached itself.</summary>
    public int Process { get; private set; } = 1;

    public Journal Journal => journal;

    public TimeProvider Time => time;

    public void Kill(int status)
    {
        (IsUp, statusWhileDown) = (false, status);
        DropSockets();
    }

    public void Boot() => (IsUp, Process, upSince) = (true, Process + 1, time.GetUtcNow());

    public void DropSockets()
    {
        foreach (var session in sessions.Values)
        {
            session.Lose();
        }
    }

    /// <summary>The name of its process.</summary>
    public string InstanceId => $"{Package}-{Process}";

    public Task<StrategyOutcome> AttachAsync(OutageSession session, StrategyAttempt attempt) => strategy.AttachAsync(session.Id, attempt, session);

    /// <summary>Answers a webhook after the time that an answer takes.</summary>
    public async Task<WebhookReply> AnswerAsync(AppWebhook webhook)
    {
        var reply = Take(webhook);
        journal.Webhook(!IsUp, reply.Status == accepted);
        await Waits.Async(TimeSpan.FromMilliseconds(trace.WebhookMs), time);
        return reply;
    }

    WebhookReply Take(AppWebhook webhook)
    {
        if (!IsUp)
        {
            return new(statusWhileDown);
        }

        if (IsOverloaded())
        {
            return new(503);
        }

        return new(accepted, sessions[webhook.Id].OnWebhook(webhook) ? InstanceId : null);
    }

    // Refused webhooks are work, too: a crowd that is refused keeps everybody out.
    bool IsOverloaded()
    {
        var now = time.GetUtcNow();
        lastSecond.Enqueue(now);
        while (lastSecond.Peek() <= now.AddSeconds(-1))
        {
            lastSecond.Dequeue();
        }

        return now - upSince < warmUp && lastSecond.Count > trace.WarmingWebhooksPerSecond;
    }
}
