using Lifecycle.Entities;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Fleet;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Bulk;

/// <summary>Tells the sessions of one page what a bulk action asks of them. Each decides by itself what it makes of it.</summary>
public sealed class BulkPages(StoredSessions sessions, EnginePulse pulse, Policy fleet, DurableBackend backend, TimeProvider time)
{
    /// <summary>The activity's name.</summary>
    public const string ActivityName = "TellPageOfBulk";

    const int AtOnce = 16;
    const int MostRows = 20_000;

    static readonly TimeSpan longest = TimeSpan.FromSeconds(2);

    /// <summary>The activity. It may run twice: a session that is told the same twice makes no more of it than of the first.</summary>
    [Function(ActivityName)]
    public async Task<BulkPage> Tell([ActivityTrigger] BulkStep step, [DurableClient] DurableTaskClient client)
    {
        var (plan, list) = (step.Plan, step.Plan.Filter.ToString());
        var bounds = new ScanBounds(BulkPlan.MostOnAPage, MostRows, longest);
        var piece = await sessions.ReadAsync(client, plan.Filter, ScanCursor.Read(step.From, list), bounds, CancellationToken.None, plan.Means);
        var apps = await AppsOfAsync(client, piece.Items);
        await WantProbesAsync(client, plan, apps);
        var refused = new List<BulkError>();
        foreach (var some in piece.Items.Chunk(AtOnce))
        {
            refused.AddRange((await Task.WhenAll(some.Select(session => TellAsync(client, step, session, apps[session.Id.PackageName])))).OfType<BulkError>());
        }

        var told = piece.Items.Count - refused.Count;
        var tally = new BulkTally { Looked = piece.Looked, Done = told, Failed = refused.Count, Errors = [.. refused.Take(BulkTally.MostNamed)] };
        return new BulkPage(tally, piece.Next?.ToText(list), await ResumeAtAsync(client, told));
    }

    // Null when it was told.
    async Task<BulkError?> TellAsync(DurableTaskClient client, BulkStep step, SessionBrief session, AppDocument? app)
    {
        var policy = PolicyOf(app);
        if (step.Plan.WhyNot(session, app?.Gate, time.GetUtcNow(), policy ?? fleet) is { } why)
        {
            return new BulkError(session.Id.ToString(), why);
        }

        var told = step.Plan.EventFor(policy, step.AskedAt);
        await client.TellAsync(session.Id, AppSessionEntity.OperationOf(told), told);
        return null;
    }

    // As when one session is revived; the breaker of an app that is away need not wait for its own next probe.
    async Task WantProbesAsync(DurableTaskClient client, BulkPlan plan, IReadOnlyDictionary<string, AppDocument?> apps)
    {
        foreach (var (package, app) in apps)
        {
            if (app is not null && plan.WantsProbe(app.Gate, time.GetUtcNow(), PolicyOf(app)!))
            {
                await AppHealthFunctions.WantProbeAsync(client, package, new ProbeWanted(Crowd: true), CancellationToken.None);
            }
        }
    }

    // Each app is read once for a page.
    async Task<IReadOnlyDictionary<string, AppDocument?>> AppsOfAsync(DurableTaskClient client, IReadOnlyList<SessionBrief> found)
    {
        var apps = new Dictionary<string, AppDocument?>(StringComparer.Ordinal);
        foreach (var some in found.Select(session => session.Id.PackageName).Distinct().Chunk(AtOnce))
        {
            var read = await Task.WhenAll(some.Select(package => client.Entities.GetEntityAsync<AppDocument>(AppEntity.IdOf(package))));
            foreach (var (package, app) in some.Zip(read))
            {
                apps[package] = app?.State is { Registration: not null } registered ? registered : null;
            }
        }

        return apps;
    }

    Policy? PolicyOf(AppDocument? app) => app?.Registration?.Policy.Over(fleet);

    // By what the engine says after all of it stands in its queue.
    async Task<DateTimeOffset?> ResumeAtAsync(DurableTaskClient client, int told)
    {
        if (told == 0)
        {
            return null;
        }

        var pause = BulkPlan.PauseAfter(told, await pulse.LagAsync(client, CancellationToken.None));
        return TimerAlignment.WakeAt(time.GetUtcNow() + pause, backend);
    }
}
