using Lifecycle.Entities;

namespace Lifecycle.Functions.Fleet;

/// <summary>A page of the registered apps.</summary>
/// <param name="Apps">The apps, in the order of their names.</param>
/// <param name="Next">The cursor of the next page; absent on the last one.</param>
sealed record AppPage(IReadOnlyList<AppItem> Apps, string? Next);

/// <summary>A registered app as a list shows it.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="WebhookUrl">Where it takes webhooks, without user info and query.</param>
/// <param name="Breaker">Its breaker.</param>
/// <param name="Incident">Its incident; absent when none is open.</param>
/// <param name="Waiting">Who waits for it.</param>
/// <param name="AnsweredAt">When it last accepted a webhook.</param>
/// <param name="Sessions">Its sessions by state, as of the last sweep; absent when there was none, or other apps have more sessions.</param>
/// <param name="SessionsAt">When that sweep began.</param>
sealed record AppItem(
    string PackageName,
    string WebhookUrl,
    BreakerView Breaker,
    IncidentView? Incident,
    WaitingView Waiting,
    DateTimeOffset? AnsweredAt,
    IReadOnlyDictionary<string, int>? Sessions,
    DateTimeOffset? SessionsAt)
{
    public static AppItem Of(string packageName, AppDocument app, Policy policy, FleetState fleet)
    {
        var health = AppHealthView.Of(packageName, app.Gate, policy);
        var sessions = SessionsOf(packageName, fleet.Last);
        return new(
            packageName, Shown(app.Registration!.WebhookUrl), health.Breaker, health.Incident, health.Waiting, health.AnsweredAt, sessions, sessions is null ? null : fleet.Last!.At);
    }

    // Of the largest apps it is known; where all are named, the others have none.
    static IReadOnlyDictionary<string, int>? SessionsOf(string packageName, FleetSample? sweep) => sweep is null
        ? null
        : sweep.Apps.FirstOrDefault(app => app.PackageName == packageName)?.States.ByName() ?? (sweep.OtherApps == 0 ? new Dictionary<string, int>() : null);

    // Of a registration only what has a host can have user info.
    static string Shown(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Host.Length > 0
        ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : url.Split('?', '#')[0];
}
