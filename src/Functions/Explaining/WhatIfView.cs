using System.Collections.Immutable;

namespace Lifecycle.Functions.Explaining;

/// <summary>What would have become of an app session, as the API shows it.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The app.</param>
/// <param name="Sentence">Where the courses part, and what would have happened instead.</param>
/// <param name="PartsAt">When; null when they do not.</param>
/// <param name="Policy">The policy that it was played with, whole.</param>
/// <param name="Actual">The transitions that there were.</param>
/// <param name="Instead">Those that there would have been.</param>
/// <param name="Webhooks">How many webhooks went out, and would have.</param>
/// <param name="Assumptions">What is assumed of the world.</param>
sealed record WhatIfView(
    string SessionId,
    string PackageName,
    string Sentence,
    DateTimeOffset? PartsAt,
    Policy Policy,
    ImmutableArray<CourseStep> Actual,
    ImmutableArray<CourseStep> Instead,
    WhatIfWebhooks Webhooks,
    ImmutableArray<string> Assumptions)
{
    public static WhatIfView Of(AppSessionId id, Policy policy, WhatIf played) => new(
        id.SessionId, id.PackageName, played.Sentence, played.PartsAt, policy, played.Actual, played.Instead, new(played.ActualWebhooks, played.InsteadWebhooks), played.Assumptions);
}

/// <summary>Start and resurrection webhooks of both courses.</summary>
sealed record WhatIfWebhooks(int Actual, int Instead);

/// <summary>How an app fares and why, as the API shows it.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="At">The moment that is explained.</param>
/// <param name="Sentence">All of it in one sentence.</param>
/// <param name="WaitsFor">What its sessions wait for.</param>
/// <param name="Until">Until when; null when that is not known.</param>
/// <param name="Breaker">Its breaker.</param>
/// <param name="Incident">The incident that is open; null for none.</param>
/// <param name="Waiting">How many of its sessions stand in line.</param>
/// <param name="Changes">What would change it.</param>
/// <param name="Links">Where to look further.</param>
sealed record AppExplainView(
    string PackageName,
    DateTimeOffset At,
    string Sentence,
    string WaitsFor,
    DateTimeOffset? Until,
    BreakerView Breaker,
    IncidentView? Incident,
    int Waiting,
    ImmutableArray<string> Changes,
    AppExplainLinks Links)
{
    public static AppExplainView Of(string packageName, AppGate gate, Policy policy, DateTimeOffset now)
    {
        var explained = AppExplainer.Of(gate, policy, now);
        return new(
            packageName,
            now,
            explained.Sentence,
            explained.WaitsFor,
            explained.Until,
            BreakerView.Of(gate.Breaker, gate.ProbeFrom),
            gate.Incident is { IsOpen: true } open ? IncidentView.Of(open) : null,
            gate.Line.Held,
            explained.Changes,
            new($"/api/apps/{packageName}/health", $"/api/app-sessions?package={packageName}"));
    }
}

/// <summary>Where to look further.</summary>
/// <param name="Health">Its gate in figures.</param>
/// <param name="Sessions">Its sessions.</param>
sealed record AppExplainLinks(string Health, string Sessions);
