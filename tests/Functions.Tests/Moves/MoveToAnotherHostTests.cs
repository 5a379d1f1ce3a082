using System.Text.Json;
using Lifecycle.Functions.Tests.Reconnect;

namespace Lifecycle.Functions.Tests.Moves;

/// <summary>What docs/operations.md promises of a new task hub, another SignalR unit and another region: carry over, move, and no session notices.</summary>
public sealed class MoveToAnotherHostTests
{
    const string Other = "https://other.example";

    static string PathOf(string session) => $"/api/sessions/{session}/apps/{TestApp.Package}";

    static async Task<List<MovingApp>> RunningAsync(TestApp old, TestApp other, int count)
    {
        var apps = new List<MovingApp>();
        foreach (var n in Enumerable.Range(0, count))
        {
            var app = new MovingApp($"s{n}", url => url == Other ? other : old);
            await old.StartAsync(app.Session);
            await app.AttachAsync(old);
            await app.Client.Socket.InvokeAsync("setSubscriptions", new[] { "audio", $"text{n}" }, 0);
            await PostAsync(old, app.Session, $"before {n}");
            apps.Add(app);
        }

        await old.Settle(2_000);
        return apps;
    }

    static async Task<TestApp.Answer> PostAsync(TestApp at, string session, string body) =>
        await at.CallAsync("POST", $"{PathOf(session)}/messages", new { body });

    static async Task<JsonElement> MoveAsync(TestApp old, IEnumerable<MovingApp> apps, object? body = null)
    {
        var accepted = await old.CallAsync("POST", "/api/move", body ?? new { url = Other, windowMs = 10_000 });
        Assert.True(accepted.Status == 202, accepted.Text);
        await old.Settle(15_000);
        await Task.WhenAll(apps.Select(app => app.MovedAsync()));
        await old.Settle(1_000);
        return (await old.CallAsync("GET", $"/api/moves/{accepted.Json.GetProperty("moveId")}")).Json;
    }

    [Fact]
    public void Attached_apps_move_to_another_host_with_their_state_and_nobody_is_called() => TestApp.RunTwo(async (old, other) =>
    {
        var apps = await RunningAsync(old, other, 20);
        var before = apps.ToDictionary(app => app.Session, app => app.Client.Ack.GetProperty("correlationId").GetString());
        var webhooks = old.Webhooks.Count; // those of the starts
        var carried = await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        Assert.Equal((1, 20, 0), (carried.Apps, carried.Sessions, carried.Left.Count));

        var move = await MoveAsync(old, apps);

        Assert.Equal(("told", 20, 0), (move.GetProperty("state").GetString(), move.GetProperty("told").GetInt32(), move.GetProperty("failed").GetInt32()));
        foreach (var app in apps)
        {
            Assert.Same(other, app.Place);
            Assert.True(app.LongestGap <= TimeSpan.FromSeconds(1), $"{app.Session} was attached nowhere for {app.LongestGap}");
            var ack = app.Client.Ack;
            Assert.True(ack.GetProperty("resumed").GetBoolean());
            Assert.Equal(before[app.Session], ack.GetProperty("correlationId").GetString());
            Assert.Equal(["audio", $"text{app.Session[1..]}"], ack.GetProperty("subscriptions").EnumerateArray().Select(stream => stream.GetString()));
            Assert.Equal("RUNNING", await other.StateAsync(app.Session));

            // Its messages are numbered on, and each comes once.
            Assert.Equal(200, (await PostAsync(other, app.Session, "after")).Status);
            await other.Settle();
            Assert.Equal([(1, $"\"before {app.Session[1..]}\""), (2, "\"after\"")], app.Messages);
        }

        // Neither place wakes anybody, however long it is watched, and at the old one nothing is left.
        await old.Settle(15 * 60_000);
        Assert.Equal((webhooks, 0), (old.Webhooks.Count, other.Webhooks.Count));
        Assert.All(apps, app => Assert.Null(app.Client.Reason));
        Assert.Equal(404, (await old.CallAsync("GET", PathOf("s0"))).Status);
        Assert.Equal("RUNNING", await other.StateAsync());
    });

    [Fact]
    public void An_app_that_was_away_finds_what_was_kept_for_it_at_the_new_place() => TestApp.RunTwo(async (old, other) =>
    {
        await old.PutAppAsync(policy: new { reconnectGraceMs = 60_000 });
        var app = (await RunningAsync(old, other, 1))[0];
        var token = app.Client.Token;
        app.Drop();
        await old.Settle(500);
        Assert.Equal(202, (await PostAsync(old, app.Session, "kept")).Status);
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));

        await app.AttachAsync(other, token);

        Assert.True(app.Client.Ack.GetProperty("resumed").GetBoolean());
        Assert.Equal([(1, "\"before 0\""), (2, "\"kept\"")], app.Messages);
    });

    [Fact]
    public void An_app_comes_back_by_its_hint_and_instance_where_its_token_is_gone() => TestApp.RunTwo(async (old, other) =>
    {
        var app = (await RunningAsync(old, other, 1))[0];
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        var client = await AppClient.AttachAsync(other, reconnect: true, session: app.Session);
        Assert.True(client.Ack.GetProperty("resumed").GetBoolean());
        Assert.Equal(app.Client.Ack.GetProperty("correlationId").GetString(), client.Ack.GetProperty("correlationId").GetString());
    });

    // It had reconnected at the old place between the carry-over and the move, and its new token was taken for a spent one.
    [Fact]
    public void An_app_that_reconnected_meanwhile_moves_with_the_token_that_it_has_now() => TestApp.RunTwo(async (old, other) =>
    {
        var apps = await RunningAsync(old, other, 1);
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        var token = apps[0].Client.Token;
        apps[0].Drop();
        await old.Settle(100);
        await apps[0].AttachAsync(old, token);
        await MoveAsync(old, apps);
        Assert.Same(other, apps[0].Place);
        Assert.True(apps[0].Client.Ack.GetProperty("resumed").GetBoolean());
    });

    [Fact]
    public void A_message_for_an_app_that_has_not_moved_yet_is_told_to_go_to_the_old_place() => TestApp.RunTwo(async (old, other) =>
    {
        var apps = await RunningAsync(old, other, 1);
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        var refused = await PostAsync(other, "s0", "where?");
        Assert.Equal((409, "urn:lifecycle:problem:not_here_yet"), (refused.Status, refused.Json.GetProperty("type").GetString()));
        Assert.Equal(200, (await PostAsync(old, "s0", "there")).Status);
        await MoveAsync(old, apps);
        Assert.Equal(200, (await PostAsync(other, "s0", "here")).Status);
        await other.Settle();
        Assert.Equal([(1, "\"before 0\""), (2, "\"there\""), (3, "\"here\"")], apps[0].Messages);
    });

    [Fact]
    public void A_carry_over_may_be_played_again_and_takes_nothing_from_an_app_that_has_moved() => TestApp.RunTwo(async (old, other) =>
    {
        var apps = await RunningAsync(old, other, 4);
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        await MoveAsync(old, apps, new { url = Other, windowMs = 1_000, share = 50 });
        var moved = apps.Where(app => app.Place == other).ToList();
        Assert.InRange(moved.Count, 1, 3);
        var subscribed = apps.Except(moved).First();
        await subscribed.Client.Socket.InvokeAsync("setSubscriptions", new[] { "video" }, 1);
        await old.Settle();

        var again = await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));

        // Those that moved have ended at the old place, or are about to. The others are taken anew, with what they have now.
        Assert.Equal((0, 4 - moved.Count), (again.Apps, again.Sessions));
        Assert.Contains($"{TestApp.Package} already_here", again.Left);
        Assert.All(moved, app => Assert.Null(app.Client.Reason));
        await MoveAsync(old, apps);
        Assert.All(apps, app => Assert.Same(other, app.Place));
        Assert.Equal("video", subscribed.Client.Ack.GetProperty("subscriptions")[0].GetString());
    });

    [Fact]
    public void A_session_that_moved_comes_back_the_same_way() => TestApp.RunTwo(async (old, other) =>
    {
        var apps = await RunningAsync(old, other, 3);
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        await MoveAsync(old, apps);
        await PostAsync(other, "s1", "over there");
        await old.Settle(5 * 60_000); // what was stopped there is forgotten

        Assert.Equal(3, (await CarryOver.PlayAsync(other, old, TimeSpan.FromMinutes(10))).Sessions);
        await MoveAsync(other, apps, new { url = "https://old.example", windowMs = 1_000 });

        Assert.All(apps, app => Assert.Same(old, app.Place));
        Assert.All(apps, app => Assert.True(app.Client.Ack.GetProperty("resumed").GetBoolean()));
        await PostAsync(old, "s1", "back again");
        await old.Settle();
        Assert.Equal([(1, "\"before 1\""), (2, "\"over there\""), (3, "\"back again\"")], apps[1].Messages);
        Assert.Empty(other.Webhooks);
    });

    [Fact]
    public void The_same_page_twice_changes_nothing() => TestApp.RunTwo(async (old, other) =>
    {
        await RunningAsync(old, other, 3);
        var pages = new List<string>();
        await foreach (var page in CarryOver.PagesOf(old))
        {
            pages.Add(CarryOver.TextOf(page));
        }

        foreach (var page in pages)
        {
            Assert.Equal(200, (await other.SendAsync("POST", "/api/import", page)).Status);
        }

        await other.Settle();
        var before = other.Everything();
        foreach (var page in pages)
        {
            var answer = await other.SendAsync("POST", "/api/import", page);
            Assert.Equal((0, 0), (answer.Json.GetProperty("apps").GetInt32(), answer.Json.GetProperty("sessions").GetInt32()));
            Assert.All(answer.Json.GetProperty("left").EnumerateArray(), left => Assert.Equal("already_here", left.GetProperty("reason").GetString()));
        }

        await other.Settle();
        Assert.Equal(before, other.Everything());
    });

    [Fact]
    public void A_session_whose_app_never_moves_is_resurrected_when_the_move_and_a_grace_window_are_over() => TestApp.RunTwo(async (old, other) =>
    {
        await RunningAsync(old, other, 1);
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        await other.Settle(10 * 60_000 + 5_000);
        Assert.Empty(other.Webhooks);
        Assert.Equal(("GRACE_PERIOD", "carried_over"), (await other.StateAsync("s0"), (await other.SessionAsync("s0")).GetProperty("reason").GetString()));
        await other.Settle(15_000);
        Assert.NotEmpty(other.Webhooks);
    });

    [Fact]
    public void A_host_with_another_key_ring_takes_nothing_and_says_why() => TestApp.RunTwo(
        async (old, other) =>
        {
            await RunningAsync(old, other, 1);
            var before = other.Everything();
            await foreach (var page in CarryOver.PagesOf(old))
            {
                if (page["apps"]!.AsArray().Count > 0)
                {
                    var answer = await other.SendAsync("POST", "/api/import", CarryOver.TextOf(page));
                    Assert.Equal((409, "urn:lifecycle:problem:key_ring_differs"), (answer.Status, answer.Json.GetProperty("type").GetString()));
                }
            }

            await other.Settle();
            Assert.Equal(before, other.Everything());
        },
        sameKeyRing: false);

    [Fact]
    public void A_registration_that_differs_at_the_new_place_is_left_alone_and_one_that_was_changed_there_too() => TestApp.RunTwo(async (old, other) =>
    {
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        await other.PutAppAsync(policy: new { reconnectGraceMs = 7_000 });
        Assert.Equal([$"{TestApp.Package} already_here"], (await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10))).Left);
        await old.PutAppAsync(policy: new { reconnectGraceMs = 8_000 });
        Assert.Equal([$"{TestApp.Package} differs_here"], (await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10))).Left);
        var policy = (await other.CallAsync("GET", $"/api/apps/{TestApp.Package}")).Json.GetProperty("policy");
        Assert.Equal(7_000, policy.GetProperty("reconnectGraceMs").GetInt32());
    });

    [Fact]
    public void A_registration_that_was_changed_at_the_old_place_since_is_taken_again() => TestApp.RunTwo(async (old, other) =>
    {
        await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10));
        await old.PutAppAsync(policy: new { reconnectGraceMs = 8_000 });
        Assert.Equal((1, 0), ((await CarryOver.PlayAsync(old, other, TimeSpan.FromMinutes(10))) is var again ? again.Apps : 0, again.Left.Count));
        var policy = (await other.CallAsync("GET", $"/api/apps/{TestApp.Package}")).Json.GetProperty("policy");
        Assert.Equal(8_000, policy.GetProperty("reconnectGraceMs").GetInt32());
    });
}
