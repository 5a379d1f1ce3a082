using System.Text;
using Lifecycle.Functions.Tests.Fleet;

namespace Lifecycle.Functions.Tests.Moves;

/// <summary>What <c>GET /api/export</c> tells, page by page.</summary>
public sealed class ExportTests
{
    const string Secret = "whsec_b25seSBmb3IgdHJ5aW5nIGl0IG9uIGEgbGFwdG9wISE=";

    static async Task<List<(int Bytes, List<string> Sessions)>> PagesOfAsync(TestApp app)
    {
        var pages = new List<(int, List<string>)>();
        await foreach (var page in CarryOver.PagesOf(app))
        {
            pages.Add((Encoding.UTF8.GetByteCount(CarryOver.TextOf(page)), [.. page["sessions"]!.AsArray().Select(session => (string)session!["sessionId"]!)]));
        }

        return pages;
    }

    static async Task StartAsync(TestApp app, int count)
    {
        foreach (var n in Enumerable.Range(0, count))
        {
            await app.CallAsync("POST", $"/api/sessions/s{n}/apps/{TestApp.Package}/start");
        }

        await app.Settle(1_000);
    }

    // Six of them, for each of which many messages wait.
    static async Task StartLargeAsync(TestApp app)
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = 120_000, bufferedBytes = 524_288, bufferedMessages = 100 });
        await StartAsync(app, 6);
        foreach (var n in Enumerable.Range(0, 6))
        {
            (await app.AttachAsync($"s{n}")).Drop();
            await app.Settle();
            for (var message = 0; message < 25; message++)
            {
                var posted = await app.CallAsync("POST", $"/api/sessions/s{n}/apps/{TestApp.Package}/messages", new { body = new string('"', 2_500) });
                Assert.Equal(202, posted.Status);
            }
        }
    }

    [Fact]
    public void Every_session_is_told_once_however_many_there_are() => TestApp.Run(async app =>
    {
        await StartAsync(app, 250);
        var pages = await PagesOfAsync(app);
        Assert.Equal(Enumerable.Range(0, 250).Select(n => $"s{n}").Order(), pages.SelectMany(page => page.Sessions).Order());
        Assert.All(pages, page => Assert.InRange(page.Sessions.Count, 0, 100));
    });

    // One page of sessions with full mailboxes was larger than an import takes.
    [Fact]
    public void A_page_of_large_sessions_is_no_larger_than_an_import_takes() => TestApp.Run(async app =>
    {
        await StartLargeAsync(app);
        var pages = await PagesOfAsync(app);
        Assert.True(pages.Count > 2);
        Assert.All(pages, page => Assert.InRange(page.Bytes, 1, 1024 * 1024));
        Assert.Equal(["s0", "s1", "s2", "s3", "s4", "s5"], pages.SelectMany(page => page.Sessions).Order());
    });

    // A page that was cut was gone on with by number: one session was forgotten in between, and another one stayed behind at the old place.
    [Fact]
    public void A_session_that_is_forgotten_between_two_pages_keeps_no_other_from_being_told() => TestApp.Run(async app =>
    {
        await StartLargeAsync(app);
        var pages = new List<List<string>>();
        await foreach (var page in CarryOver.PagesOf(app))
        {
            pages.Add([.. page["sessions"]!.AsArray().Select(session => (string)session!["sessionId"]!)]);
            if (pages[^1].Contains("s0"))
            {
                await app.ForgetAsync(FleetStore.Id("s0"));
            }
        }

        Assert.InRange(pages.Count(page => page.Count > 0), 2, 6);
        Assert.Equal(["s0", "s1", "s2", "s3", "s4", "s5"], pages.SelectMany(page => page));
    });

    [Fact]
    public void No_page_shows_a_key_or_a_secret() => TestApp.Run(async app =>
    {
        await app.CallAsync("PUT", $"/api/apps/{TestApp.Package}", new { webhookUrl = "http://app.example/hook", apiKey = TestApp.Key, webhookSecrets = new[] { Secret } });
        await app.StartAsync();
        var client = await Reconnect.AppClient.AttachAsync(app);
        await foreach (var page in CarryOver.PagesOf(app))
        {
            Assert.DoesNotContain(TestApp.Key, CarryOver.TextOf(page));
            Assert.DoesNotContain(Secret[6..], CarryOver.TextOf(page));
            Assert.DoesNotContain(client.Token, CarryOver.TextOf(page));
        }
    });

    [Fact]
    public void What_has_ended_is_not_told() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop");
        await app.Settle();
        Assert.Equal("STOPPED", await app.StateAsync());
        Assert.Empty((await PagesOfAsync(app)).SelectMany(page => page.Sessions));
    });
}
