using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>What the platform can ask of an app session, by whichever way it asks.</summary>
public sealed class SessionCommands(AppDirectory directory, Policy fleet, TimeProvider time)
{
    const int MaxReason = 256;

    /// <summary>Asks that the app be started.</summary>
    /// <exception cref="InputException">The app is not registered.</exception>
    public async Task StartAsync(DurableTaskClient client, AppSessionId id, bool foreground, CancellationToken cancellation)
    {
        var policy = await RequirePolicyAsync(client, id);
        var start = new StartRequested(policy, foreground) { AskedAt = time.GetUtcNow() };
        await client.TellAsync(id, nameof(AppSessionEntity.Start), start, cancellation);
    }

    /// <summary>Saves a caller who waits for the answer from starting an app that has been away for long.</summary>
    /// <exception cref="InputException">The app is unreachable, and it is not yet time to look for it again.</exception>
    public async Task RefuseHopelessAsync(DurableTaskClient client, AppSessionId id)
    {
        var app = await client.Entities.GetEntityAsync<AppDocument>(AppEntity.IdOf(id.PackageName));
        if (app?.State is not { Registration: { } registration, Gate: { Breaker.IsOpen: true } gate })
        {
            return;
        }

        var session = await client.Entities.GetEntityAsync<AppSessionDocument>(AppSessionEntity.IdOf(id));
        var now = time.GetUtcNow();
        var policy = registration.Policy.Over(fleet);
        if (Rules.StartIsHopelessUntil(session?.State?.Session.State ?? AppState.None, gate, now, policy) is { } until)
        {
            throw InputException.NotNow(
                Reasons.AppUnreachable,
                $"The app {id.PackageName} has been unreachable since {gate.Incident!.BeganAt:u} (last outcome: {gate.Incident.LastOutcome}). It is looked for again at {until:u}; POST /api/apps/{id.PackageName}/revive looks at once.",
                until - now);
        }
    }

    /// <summary>Asks that the app session be tried again.</summary>
    /// <exception cref="InputException">The app is not registered, or there is no such app session.</exception>
    public async Task ReviveAsync(DurableTaskClient client, AppSessionId id, CancellationToken cancellation)
    {
        var policy = await RequirePolicyAsync(client, id);
        await RequireAsync(client, id);
        await AppHealthFunctions.WantProbeAsync(client, id.PackageName, new ProbeWanted(), cancellation);
        await client.TellAsync(id, nameof(AppSessionEntity.Revive), new ReviveRequested(policy), cancellation);
    }

    /// <summary>Asks that the app be stopped.</summary>
    /// <param name="client">Reaches the app session.</param>
    /// <param name="id">The app session.</param>
    /// <param name="reason">Told to the app; at most 256 characters, null or empty for the usual reason.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InputException">The reason is too long, or the app is not registered and there is no such app session.</exception>
    public async Task StopAsync(DurableTaskClient client, AppSessionId id, string? reason, CancellationToken cancellation)
    {
        var stop = new StopRequested(ReadReason(reason));
        // One that a read does not show may have been started a moment ago.
        if (await directory.FindPolicyAsync(client, id.PackageName) is { } policy)
        {
            stop = stop with { InForce = policy };
        }
        else
        {
            await RequireAsync(client, id);
        }

        await client.TellAsync(id, nameof(AppSessionEntity.Stop), stop, cancellation);
    }

    /// <summary>The app session as it is stored.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static async Task<AppSession> RequireAsync(DurableTaskClient client, AppSessionId id) => (await RequireDocumentAsync(client, id)).Session;

    /// <summary>All that is stored of an app session.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static async Task<AppSessionDocument> RequireDocumentAsync(DurableTaskClient client, AppSessionId id)
    {
        var entity = await client.Entities.GetEntityAsync<AppSessionDocument>(AppSessionEntity.IdOf(id));
        return entity?.State is { Existing: not null } document
            ? document
            : throw InputException.NotFound("no_such_app_session", $"There is no app session {id}: nobody started it, or it was forgotten.");
    }

    async Task<Policy> RequirePolicyAsync(DurableTaskClient client, AppSessionId id)
    {
        var app = await directory.FindAsync(client, id.PackageName) ?? throw AppFunctions.NotRegistered(id.PackageName);
        return directory.PolicyOf(app);
    }

    static string ReadReason(string? reason) => reason switch
    {
        null or "" => Reasons.StopRequested,
        { Length: > MaxReason } => throw InputException.Invalid("invalid_body", "reason", $"must be at most {MaxReason} characters"),
        _ => reason,
    };
}
