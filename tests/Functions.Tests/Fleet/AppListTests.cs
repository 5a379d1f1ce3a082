using System.Text.Json;
using Lifecycle.Entities;

namespace Lifecycle.Functions.Tests.Fleet;

/// <summary><c>GET /api/apps</c>.</summary>
public sealed class AppListTests
{
    static async Task<JsonElement> ListAsync(TestApp app, string query = "")
    {
        var answer = await app.CallAsync("GET", $"/api/apps?{query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

    static JsonElement[] AppsOf(JsonElement page) => [.. page.GetProperty("apps").EnumerateArray()];

    [Fact]
    public void An_app_is_listed_as_its_health_shows_it_with_its_sessions() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.StartAsync("s2");
        await app.AttachAsync();
        await app.Settle(31_000);
        var (item, health) = (Assert.Single(AppsOf(await ListAsync(app))), (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}/health")).Json);
        Assert.Equal(TestApp.Package, item.GetProperty("packageName").GetString());
        foreach (var name in new[] { "breaker", "waiting", "answeredAt" })
        {
            Assert.Equal(health.GetProperty(name).ToString(), item.GetProperty(name).ToString());
        }

        Assert.False(item.TryGetProperty("incident", out _));
        Assert.Equal((1, new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero)), (item.GetProperty("sessions").GetProperty("RUNNING").GetInt32(), item.GetProperty("sessionsAt").GetDateTimeOffset()));
    });

    [Fact]
    public void Before_the_first_sweep_nothing_is_said_of_sessions_and_after_it_also_of_apps_without_any() => TestApp.Run(async app =>
    {
        Assert.False(Assert.Single(AppsOf(await ListAsync(app))).TryGetProperty("sessions", out _));
        await app.Settle(31_000);
        Assert.Empty(Assert.Single(AppsOf(await ListAsync(app))).GetProperty("sessions").EnumerateObject());
    });

    // Some frontends know an app by a key in its address.
    [Theory]
    [InlineData("https://app.example/hook?key=secret", "https://app.example/hook")]
    [InlineData("https://app.example:8443/a/b#c", "https://app.example:8443/a/b")]
    [InlineData("https://user:secret@app.example/hook?key=secret", "https://app.example/hook")]
    [InlineData("relay:", "relay:")]
    [InlineData("relay:?key=secret", "relay:")]
    [InlineData("no address?key=secret", "no address")]
    public void A_webhook_address_is_shown_without_user_and_query(string url, string shown) => TestApp.Run(async app =>
    {
        var document = new AppDocument { Registration = new AppRegistration { WebhookUrl = url }.WithApiKey(TestApp.Key) };
        await app.PutAsync([(AppEntity.IdOf(TestApp.Package).ToString(), (string?)JsonSerializer.Serialize(document))]);
        var page = await ListAsync(app);
        Assert.Equal(shown, Assert.Single(AppsOf(page)).GetProperty("webhookUrl").GetString());
        Assert.DoesNotContain("secret", page.ToString());
        Assert.DoesNotContain(document.Registration!.ApiKeyHash!, page.ToString());
    });

    [Fact]
    public void Apps_come_a_page_at_a_time_and_forgotten_ones_not_at_all() => TestApp.Run(async app =>
    {
        for (var n = 0; n < 25; n++)
        {
            await app.PutAppAsync($"com.example.app{n:00}");
        }

        await app.CallAsync("DELETE", $"/api/apps/{TestApp.Package}");
        await app.CallAsync("DELETE", "/api/apps/com.example.app07");
        await app.PutAsync([(AppEntity.IdOf("com.example.app08").ToString(), (string?)JsonSerializer.Serialize(new AppDocument()))]);
        var (found, pages) = (new List<string>(), 0);
        for (string? next = ""; next is not null; pages++)
        {
            var page = await ListAsync(app, $"limit=10&cursor={next}");
            found.AddRange(AppsOf(page).Select(item => item.GetProperty("packageName").GetString()!));
            next = page.TryGetProperty("next", out var more) ? more.GetString() : null;
        }

        Assert.Equal(Enumerable.Range(0, 25).Except([7, 8]).Select(n => $"com.example.app{n:00}"), found);
        Assert.Equal(3, pages);
    });
}
