using Lifecycle.Conformance.Recording;

namespace Lifecycle.Conformance;

/// <summary>Operations on entities, told to them directly: good ones, and what only a mistake could send.</summary>
[Collection(nameof(BothHosts))]
public sealed class EntityTests
{
    const string Session = $"@appsession@s1:{Play.Package}";

    [SkippableFact]
    public Task Operations_leave_the_same_state_or_fail_in_the_same_words() => BothHosts.AgreeAsync(async play =>
    {
        await SignalRTests.RunningAsync(play);
        await TellAsync(play, "away", "{}");
        await TellAsync(play, "BACK", "{}");
        await TellAsync(play, "noSuchOperation", null);
        await TellAsync(play, "stop", null);
        await TellAsync(play, "stop", "[1]");
        await TellAsync(play, "stop", "not JSON");
        await TellAsync(play, "timer", """{"Kind":"NoSuchKind"}""");
        await TellAsync(play, "Dispose", null);
        await play.SignalAsync("@appsession@not-an-id", ("stop", "{}"));
    });

    [SkippableFact]
    public Task Operations_that_arrive_together_are_each_done_or_undone() => BothHosts.AgreeAsync(async play =>
    {
        await SignalRTests.RunningAsync(play);
        await play.SignalAsync(
            Session,
            ("away", "{}"),
            ("post", """{"MessageId":"m1","Body":"1"}"""),
            ("stop", "[1]"),
            ("back", "{}"),
            ("noSuchOperation", null),
            ("post", """{"MessageId":"m2","Body":"{\"n\":2}"}"""),
            ("release", """{"ConnectionId":"no-such-connection"}"""));
        await play.UntilHeardAsync("s1", "message", times: 2);
    });

    [SkippableFact]
    public Task A_deleted_entity_is_gone() => BothHosts.AgreeAsync(async play =>
    {
        await play.RegisterAsync();
        await play.SignalAsync($"@app@{Play.Package}", ("delete", null));
        await play.UntilIdleAsync();
        await play.CallAsync("GET", $"/api/apps/{Play.Package}");
    });

    [SkippableFact]
    public Task A_state_that_cannot_be_read_stays_or_goes() => BothHosts.AgreeAsync(async play =>
    {
        foreach (var state in (string[])["not JSON", "[]", """{"Session":7}"""])
        {
            await play.StoreAsync(Session, state);
            await TellAsync(play, "away", "{}");
            await TellAsync(play, "delete", null);
            play.Transcript.Add("unreadable states", $"{state} -> {play.App.Engine.Store.ReadEntity(Session)?.State}");
        }
    });

    static async Task TellAsync(Play play, string operation, string? input)
    {
        await play.SignalAsync(Session, (operation, input));
        await play.UntilIdleAsync();
    }
}
