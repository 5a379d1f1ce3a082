using Lifecycle.Conformance.Recording;

namespace Lifecycle.Conformance;

/// <summary>Messages of the queue <c>lifecycle-commands</c>.</summary>
[Collection(nameof(BothHosts))]
public sealed class QueueTests
{
    [SkippableFact]
    public Task Commands_are_carried_out_or_refused_in_the_same_words() => BothHosts.AgreeAsync(async play =>
    {
        await play.RegisterAsync(stopTimeoutMs: 1_000);
        await TellAsync(play, $$"""{"type":"start","sessionId":"s1","packageName":"{{Play.Package}}","foreground":true}""");
        await play.UntilAsync("the webhook has come", () => play.App.Webhooks.Received.Count == 1);
        await play.UntilIdleAsync();
        await TellAsync(play, $$"""{"type":"revive","sessionId":"s1","packageName":"{{Play.Package}}"}""");
        await TellAsync(play, $$"""{"type":"stop","sessionId":"s1","packageName":"{{Play.Package}}","reason":"enough"}""");
        await play.UntilStateAsync("s1", "STOPPED");
        await TellAsync(play, $$"""{"type":"start","sessionId":"s1","packageName":"com.example.unknown"}""");
        await TellAsync(play, $$"""{"type":"stop","sessionId":"s9","packageName":"{{Play.Package}}"}""");
        await TellAsync(play, """{"type":"dance","sessionId":"s 1"}""");
        await TellAsync(play, "not JSON");
        await TellAsync(play, "");
    });

    static async Task TellAsync(Play play, string message) =>
        await play.RunAsync(message, () => play.App.RunQueueAsync("LifecycleCommands", message));
}
