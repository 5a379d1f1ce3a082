using Lifecycle.Conformance.Recording;

namespace Lifecycle.Conformance;

/// <summary>Orchestrations with their activities, timers and calls of entities.</summary>
[Collection(nameof(BothHosts))]
public sealed class OrchestrationTests
{
    [SkippableFact]
    public Task A_run_backs_off_begins_anew_and_ends_with_the_attach() => BothHosts.AgreeAsync(async play =>
    {
        // Four refusals and the answer are more steps than a generation of the run has.
        foreach (var status in (int[])[503, 502, 429, 503])
        {
            play.App.Webhooks.AnswerNext(status);
        }

        await play.RegisterAsync(connectTimeoutMs: 5_000);
        await play.CallAsync("POST", $"/api/sessions/s1/apps/{Play.Package}/start");
        await play.UntilAsync("five webhooks have come", () => play.App.Webhooks.Received.Count == 5);
        await play.UntilIdleAsync();
        await play.AttachAsync("s1");
        await play.UntilStateAsync("s1", "RUNNING");
        await play.UntilAsync("the run is over", () => play.App.Engine.Store.ReadOrchestrations("ResurrectionRun", null, 10).TrueForAll(run => run.IsOver));
        await play.CallAsync("GET", $"/api/sessions/s1/apps/{Play.Package}");
        await play.CallAsync("GET", $"/api/apps/{Play.Package}/health");
    });

    [SkippableFact]
    public Task A_session_whose_grace_window_runs_out_is_resurrected() => BothHosts.AgreeAsync(async play =>
    {
        var client = await SignalRTests.RunningAsync(play, reconnectGraceMs: 1_000, connectTimeoutMs: 5_000);
        client.Drop();
        await play.UntilAsync("the second webhook has come", () => play.App.Webhooks.Received.Count == 2);
        await play.UntilIdleAsync();
        await play.AttachAsync("s1", instance: "i2");
        await play.UntilStateAsync("s1", "RUNNING");
        await play.UntilRunsAreOverAsync();
        await play.UntilHeardAsync("s1", "ack", instance: "i2");
    });

    [SkippableFact]
    public Task A_notice_whose_webhook_is_refused_is_sent_again() => BothHosts.AgreeAsync(async play =>
    {
        await SignalRTests.RunningAsync(play);
        play.App.Webhooks.AnswerNext(503);
        await play.CallAsync("DELETE", "/api/sessions/s1");
        await play.UntilStateAsync("s1", "STOPPED");
        await play.UntilAsync("the notice is over", () => play.App.Engine.Store.ReadOrchestrations("StopNotice", null, 10) is [{ IsOver: true }]);
        await play.UntilHeardAsync("s1", "closed");
    });
}
