using System.Net;
using System.Text.Json.Nodes;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>A host of today's version opens the store that a released one left when it was killed, and goes on from there.</summary>
public sealed class UpgradeTests
{
    static async Task<string> StateAsync(TestApp app, string session, string package = TestApp.Package) =>
        (await app.CallAsync("GET", $"/api/sessions/{session}/apps/{package}")).Json.GetProperty("state").GetString()!;

    static async Task<List<(string Session, string Type)>> SentAsync(TestApp app)
    {
        var bodies = await Task.WhenAll(app.Webhooks.Select(AppProcess.BodyOf));
        return [.. bodies.Where(body => body["sessionId"] is not null).Select(body => ((string)body["sessionId"]!, (string)body["type"]!))];
    }

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void Every_session_is_found_as_it_was_left(int form) => new RecordedForm(form).Open(async app =>
    {
        foreach (var (id, state) in new RecordedForm(form).Sessions["states"]!.AsObject())
        {
            var parts = id.Split(':');
            Assert.Equal((id, (string)state!), (id, await StateAsync(app, parts[0], parts[1])));
        }
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_grace_window_that_was_open_runs_out_when_it_would_have(int form) => new RecordedForm(form).Open(async app =>
    {
        await app.Settle(4_000);
        Assert.Equal("GRACE_PERIOD", await StateAsync(app, "grace"));
        await app.Settle(7_000);
        Assert.Equal("RESURRECTING", await StateAsync(app, "grace"));
        Assert.Contains(("grace", "resurrection_request"), await SentAsync(app));
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_process_that_comes_back_with_its_token_has_its_state_and_its_messages(int form) => new RecordedForm(form).Open(async app =>
    {
        foreach (var (session, body) in (IEnumerable<(string, string)>)[("grace", "\"waits for the app\""), ("running", "\"sent, and not handled\"")])
        {
            var client = await AppProcess.AttachAsync(app, AppProcess.Asking(session, token: new RecordedForm(form).TokenOf(session)));
            Assert.True(client.Ack.GetProperty("resumed").GetBoolean(), session);
            Assert.Equal(["audio", "video"], client.Ack.GetProperty("subscriptions").EnumerateArray().Select(stream => stream.GetString()));
            Assert.Equal([(1, body)], client.Messages);
            Assert.Equal("RUNNING", await StateAsync(app, session));
        }
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_process_that_was_asked_to_take_over_does(int form) => new RecordedForm(form).Open(async app =>
    {
        var client = await AppProcess.AttachAsync(app, AppProcess.Asking("leaving", instance: "i2"), new RecordedForm(form).TokenOf("takeOver"));
        Assert.True(client.Ack.GetProperty("resumed").GetBoolean() && client.Ack.GetProperty("takenOver").GetBoolean());
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void Runs_that_waited_for_an_app_go_on_when_it_is_back(int form) => new RecordedForm(form).Open(async app =>
    {
        await app.Settle(30_000);
        var waiting = RecordedWorld.WaitingFor(RecordedWorld.Away).Concat(RecordedWorld.WaitingFor(RecordedWorld.Watched)).ToList();
        var sent = await SentAsync(app);
        Assert.Empty(waiting.Except(sent.Where(one => one.Type == "session_request").Select(one => one.Session)));
        foreach (var session in waiting.Where(session => session.StartsWith("away", StringComparison.Ordinal)))
        {
            await AppProcess.AttachAsync(app, AppProcess.Asking(session, RecordedWorld.Away));
            Assert.Equal("RUNNING", await StateAsync(app, session, RecordedWorld.Away));
        }
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_breaker_that_was_open_holds_while_the_app_stays_away(int form) => new RecordedForm(form).Open(async app =>
    {
        app.WebhookAnswer = _ => new(HttpStatusCode.ServiceUnavailable);
        foreach (var wait in (int[])[0, 20_000])
        {
            await app.Settle(wait);
            var health = (await app.CallAsync("GET", $"/api/apps/{RecordedWorld.Away}/health")).Json;
            Assert.Equal("open", health.GetProperty("breaker").GetProperty("state").GetString(), ignoreCase: true);
        }

        // The probe's schedule, however many wait.
        Assert.InRange(app.Webhooks.Count(webhook => webhook.RequestUri!.Host == "away.example"), 1, 8);
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_process_that_a_resurrection_waited_for_attaches(int form) => new RecordedForm(form).Open(async app =>
    {
        await AppProcess.AttachAsync(app, AppProcess.Asking("resurrecting", instance: "i2"));
        await AppProcess.AttachAsync(app, AppProcess.Asking("starting"));
        await app.Settle(70_000); // past the time at which the runs would have given up
        Assert.Equal(("RUNNING", "RUNNING"), (await StateAsync(app, "resurrecting"), await StateAsync(app, "starting")));
        Assert.DoesNotContain(await SentAsync(app), sent => sent.Session is "resurrecting" or "starting");
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_user_who_was_away_comes_back_and_what_was_given_up_begins_again(int form) => new RecordedForm(form).Open(async app =>
    {
        Assert.Equal(202, (await app.CallAsync("POST", "/api/sessions/dormant/back")).Status);
        Assert.Equal(202, (await app.CallAsync("POST", $"/api/sessions/evicted/apps/{RecordedWorld.Gone}/start")).Status);
        await app.Settle(5_000);
        Assert.Empty(new[] { ("dormant", "resurrection_request"), ("evicted", "session_request") }.Except(await SentAsync(app)));
        await app.Settle(180_000);
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/sessions/stopped/apps/{TestApp.Package}")).Status);
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_webhook_is_signed_with_the_secret_that_was_stored(int form) => new RecordedForm(form).Open(async app =>
    {
        await app.StartAsync("new");
        var webhook = app.Webhooks.Last(sent => sent.RequestUri!.Host == "app.example");
        WebhookSignature.AssertGood(name => webhook.Headers.GetValues(name).Single(), await webhook.Content!.ReadAsStringAsync());
    });
}
