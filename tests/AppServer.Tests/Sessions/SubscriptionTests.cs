using Lifecycle.Sdk.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Keeping and replacing the server's set of streams after an ack.</summary>
public class SubscriptionTests : FakeWorld
{
    [Fact]
    public async Task Keep_sends_nothing()
    {
        Lifecycle.Connected = c => c.AckAsync(subscriptions: ["theirs"], version: 4);
        var asked = new Inbox<SessionAck>("choice");
        var (session, connection) = await AttachAsync(Choosing(ack =>
        {
            asked.Add(ack);
            return null;
        }));
        Assert.Equal("theirs", (await asked.NextAsync()).Subscriptions.Single());
        connection.Drop();
        await asked.NextAsync();
        Assert.Equal("theirs", session.Subscriptions.Single());
        Assert.True(Lifecycle.Calls.IsEmpty);
    }

    [Fact]
    public async Task Replace_names_the_version_of_the_ack_and_is_asked_again_after_every_ack()
    {
        Lifecycle.Connected = c => c.AckAsync(subscriptions: ["theirs"], version: 4);
        var (_, connection) = await AttachAsync(Choosing(_ => ["audio", "video"]));
        Assert.Equal("setSubscriptions audio,video 4", await Lifecycle.Calls.NextAsync());
        Lifecycle.Connected = c => c.AckAsync(resumed: true, subscriptions: [], version: 9);
        connection.Drop();
        Assert.Equal("setSubscriptions audio,video 9", await Lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task Replace_with_what_is_in_force_sends_nothing_and_an_empty_set_is_honoured()
    {
        Lifecycle.Connected = c => c.AckAsync(subscriptions: ["b", "a"], version: 4);
        var wanted = new[] { "a", "b", "a" };
        var (_, connection) = await AttachAsync(Choosing(_ => wanted));
        wanted = [];
        connection.Drop();
        Assert.Equal("setSubscriptions  4", await Lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task A_conflict_is_retried_against_the_newer_set_until_it_is_in_force()
    {
        Lifecycle.Conflicts = 3;
        var (session, _) = await AttachAsync(Choosing(_ => ["audio"]));
        foreach (var version in new[] { 1, 6, 11, 16 }) Assert.Equal($"setSubscriptions audio {version}", await Lifecycle.Calls.NextAsync());
        await Eventually.HoldsAsync("audio to be in force", () => session.Subscriptions.SequenceEqual(["audio"]));
    }

    [Fact]
    public async Task A_refused_replacement_is_told_and_asked_again()
    {
        var refused = true;
        Lifecycle.AnswersSubscriptions = false;
        Lifecycle.Reply = _ => refused ? new { ok = false, error = new { code = "too_large", message = "no" } } : new { ok = true };
        await AttachAsync(Choosing(_ => ["audio"]));
        Assert.Equal("setSubscriptions audio 1", await Lifecycle.Calls.NextAsync());
        var refusal = await Refusals.NextAsync();
        Assert.Equal(RefusalCode.SubscriptionsRefused, refusal.Code);
        Assert.Contains("too_large", refusal.Detail);
        (refused, Lifecycle.AnswersSubscriptions) = (false, true);
        Assert.StartsWith("setSubscriptions audio", await Lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task A_replacement_that_nobody_answers_costs_the_connection_and_not_the_app_its_ears()
    {
        await using var server = Lifecycle.MakeAppServer(options => options.CallTimeout = TimeSpan.FromMilliseconds(200));
        Lifecycle.AnswersSubscriptions = false;
        await server.AttachAsync("s1", Choosing(_ => ["audio"]));
        await Lifecycle.Calls.NextAsync();
        Lifecycle.AnswersSubscriptions = true;
        Assert.Equal("setSubscriptions audio 1", await Lifecycle.Calls.NextAsync());
        await Lifecycle.Connections.NextAsync();
        await Lifecycle.Connections.NextAsync();
    }

    [Fact]
    public async Task Without_a_choice_the_set_that_was_asked_for_last_is_restored()
    {
        var (session, connection) = await AttachAsync();
        await session.SetSubscriptionsAsync(["audio"]);
        await Lifecycle.Calls.NextAsync();
        Lifecycle.Connected = c => c.AckAsync(resumed: false, version: 11, correlationId: "c-2");
        connection.Drop();
        Assert.Equal("setSubscriptions audio 11", await Lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task A_choice_that_throws_does_not_leave_the_app_deaf()
    {
        var fails = false;
        var (_, connection) = await AttachAsync(Choosing(_ => fails ? throw new InvalidOperationException("bad choice") : (IEnumerable<string>)["audio"]));
        await Lifecycle.Calls.NextAsync();
        fails = true;
        connection.Drop();
        Assert.Equal("setSubscriptions audio 1", await Lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task What_the_app_asks_for_meanwhile_is_not_overwritten_by_what_the_ack_set_going()
    {
        var time = new FakeTimeProvider();
        var options = new AppServerOptions { LifecycleUrl = Lifecycle.Url, PackageName = "com.example.notes", ApiKey = "key-1" };
        await using var server = new AppServer(options, time: time, random: () => 0);
        Lifecycle.Conflicts = 2; // Behind the second one the SDK waits, and the app has another wish.
        var session = await server.AttachAsync("s1", Choosing(_ => ["old"]));
        Assert.Equal("setSubscriptions old 1", await Lifecycle.Calls.NextAsync());
        Assert.Equal("setSubscriptions old 6", await Lifecycle.Calls.NextAsync());
        Assert.True((await session.SetSubscriptionsAsync(["new"])).Accepted);
        Assert.Equal("setSubscriptions new 11", await Lifecycle.Calls.NextAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        Lifecycle.Connected = c => c.AckAsync(resumed: true, version: 99);
        (await Lifecycle.Connections.NextAsync()).Drop();
        Assert.Equal("setSubscriptions old 99", await Lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task A_choice_of_bad_streams_never_leaves_and_the_last_good_set_stays_wanted()
    {
        var bad = false;
        var (_, connection) = await AttachAsync(Choosing(_ => bad ? ["a b"] : ["audio"]));
        Assert.Equal("setSubscriptions audio 1", await Lifecycle.Calls.NextAsync());
        bad = true;
        connection.Drop();
        Assert.Equal("setSubscriptions audio 1", await Lifecycle.Calls.NextAsync());
    }

    static AttachOptions Choosing(Func<SessionAck, IEnumerable<string>?> choose) => new() { Configure = session => session.ChooseSubscriptions(choose) };
}
