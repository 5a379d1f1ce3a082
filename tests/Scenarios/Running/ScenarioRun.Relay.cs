namespace Lifecycle.Scenarios;

/// <content>Relayed webhooks. What came of one the world says, for it need not have reached anybody; when and where it did, the process.</content>
sealed partial class ScenarioRun
{
    readonly Dictionary<string, WebhookSeen> received = [];

    Task<WebhookReply> ReceivedAsync(AppServerModel app, WebhookCall call, Func<WebhookReply> answer)
    {
        var (at, down, lives) = (world.Time.GetUtcNow() - begin, app.IsDown, app.HolderLives(call.Id));
        var reply = answer();
        received[call.WebhookId] = new WebhookSeen(call, at, down, reply.Status) { ToLiving = lives };
        return AnsweredAsync(app, reply);
    }

    void OnRelayed(WebhookCall call, string outcome)
    {
        var app = apps.Single(a => a.Model.Package == call.Id.PackageName);
        var seen = received.Remove(call.WebhookId, out var known)
            ? known
            : new WebhookSeen(call, world.Time.GetUtcNow() - begin, app.IsDown, 0);
        webhooks.Add(seen with { Outcome = outcome });
    }
}
