using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Fleet;

/// <summary>Puts app sessions straight into a host's store, and takes them out again.</summary>
static class FleetStore
{
    public static DurableEngine Engine(this TestApp app) => app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine;

    public static DurableTaskClient Client(this TestApp app) => app.Services.GetRequiredService<EmbeddedDurableBackend>().Client;

    public static AppSessionId Id(string session, string package = TestApp.Package) => new(session, package);

    /// <summary>A session that is in a state, and has nothing to do.</summary>
    public static AppSession In(TestApp app, AppState state, Blame blame = Blame.App, double sinceSecondsAgo = 7_200)
    {
        var since = app.Time.GetUtcNow().AddSeconds(-sinceSecondsAgo);
        return new AppSession
        {
            Epoch = 3,
            InstanceId = "i1",
            Attachment = state == AppState.Running ? new Attachment { ConnectionId = "c1", AttachedAt = since } : null,
            Deadline = state == AppState.GracePeriod ? app.Time.GetUtcNow().AddHours(1) : null,
        }.MovedTo(AppState.Starting, Reasons.StartRequested, since, Blame.Platform).MovedTo(state, Reasons.Connect, since, blame);
    }

    public static Task PutAsync(this TestApp app, IEnumerable<(AppSessionId Id, AppSession Session)> sessions) => app.PutAsync(
        sessions.Select(one => (AppSessionEntity.IdOf(one.Id).ToString(), (string?)JsonSerializer.Serialize(new AppSessionDocument { Session = one.Session }))));

    public static Task PutAsync(this TestApp app, AppSessionId id, AppSession session) => app.PutAsync([(id, session)]);

    public static Task ForgetAsync(this TestApp app, params AppSessionId[] ids) => app.PutAsync(ids.Select(id => (AppSessionEntity.IdOf(id).ToString(), (string?)null)));

    public static async Task PutAsync(this TestApp app, IEnumerable<(string Id, string? State)> entities)
    {
        var transaction = new DurableTransaction();
        foreach (var (id, state) in entities)
        {
            transaction.SaveEntity(id, state, app.Time.GetUtcNow());
        }

        await app.Engine().CommitAsync(transaction);
    }
}
