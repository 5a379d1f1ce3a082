using System.Net;
using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Registry;

/// <summary>An app with a health URL, from its registration to the end of an outage.</summary>
public sealed class HealthUrlTests
{
    const string Path = $"/api/apps/{TestApp.Package}";
    const string Health = "http://app.example/up";

    static Task<TestApp.Answer> PutAsync(TestApp app, string? healthUrl = Health, string webhookUrl = "http://app.example/hook") =>
        app.CallAsync("PUT", Path, new { webhookUrl, healthUrl, apiKey = TestApp.Key });

    static HttpResponseMessage Answer(HttpRequestMessage request, int health, int webhook) =>
        new((HttpStatusCode)(request.Method == HttpMethod.Get ? health : webhook));

    static async Task GoAwayAsync(TestApp app, int health = 503)
    {
        Assert.Equal(200, (await PutAsync(app)).Status);
        app.WebhookAnswer = request => Answer(request, health, 503);
        for (var n = 1; n <= 8; n++)
        {
            await app.StartAsync($"s{n}");
        }

        await app.Settle(30_000);
        Assert.Equal("OPEN", (await app.CallAsync("GET", $"{Path}/health")).Json.GetProperty("breaker").GetProperty("state").GetString());
    }

    static IEnumerable<string> Watches(TestApp app) => app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Store
        .ReadOrchestrations("", null, 1_000).Where(o => o.InstanceId.StartsWith(HealthWatchInput.OrchestratorName, StringComparison.Ordinal)).Select(o => o.InstanceId);

    [Fact]
    public void PutApp_TakesAHealthUrlAndForgetsItWhenItIsLeftOut() => TestApp.Run(async app =>
    {
        Assert.Equal(Health, (await PutAsync(app)).Json.GetProperty("healthUrl").GetString());
        Assert.Equal(Health, (await app.CallAsync("GET", Path)).Json.GetProperty("healthUrl").GetString());
        await PutAsync(app, healthUrl: null);
        Assert.False((await app.CallAsync("GET", Path)).Json.TryGetProperty("healthUrl", out _));
    });

    [Theory]
    [InlineData("nope")]
    [InlineData("ftp://app.example/up")]
    [InlineData("http://user:word@app.example/up")]
    [InlineData("http://app.example/up#now")]
    [InlineData("https://xn--ü/")]
    [InlineData("relay:")]
    [InlineData("")]
    public void PutApp_WithAHealthUrlThatIsNone_SaysSo(string url) => TestApp.Run(async app =>
    {
        var answer = await PutAsync(app, url);
        Assert.Equal((400, "urn:lifecycle:problem:invalid_app"), (answer.Status, answer.Json.GetProperty("type").GetString()));
        Assert.Equal(["healthUrl"], answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    });

    [Fact]
    public void PutApp_WithAHealthUrlInASpecialNetwork_SaysSo() => TestApp.Run(
        async app =>
        {
            var answer = await PutAsync(app, "http://169.254.169.254/latest");
            Assert.Equal(400, answer.Status);
            Assert.Contains("must not lead to a private", answer.Json.GetProperty("errors").GetProperty("healthUrl").GetString(), StringComparison.Ordinal);
        },
        options: ["--Lifecycle:Webhooks:AllowPrivateTargets=false"]);

    [Fact]
    public void PutApp_OfARelayedApp_TakesNoHealthUrl() => TestApp.Run(async app =>
    {
        var answer = await PutAsync(app, webhookUrl: AppRegistration.Relayed);
        Assert.Equal(400, answer.Status);
        Assert.Contains("relayed", answer.Json.GetProperty("errors").GetProperty("healthUrl").GetString(), StringComparison.Ordinal);
    });

    [Fact]
    public void WhileItIsAway_ItIsAskedEveryTwoSeconds_AndTheFirst2xxBringsTheWebhook() => TestApp.Run(async app =>
    {
        await GoAwayAsync(app);
        var webhooks = app.Webhooks.Count;
        var asked = app.HealthAsked.Count;
        Assert.InRange(asked, 11, 18);
        var health = (await app.CallAsync("GET", $"{Path}/health")).Json;
        Assert.Equal("http_503", health.GetProperty("health").GetProperty("lastOutcome").GetString());
        Assert.InRange(health.GetProperty("health").GetProperty("asked").GetInt32(), 10, asked);

        app.WebhookAnswer = request => Answer(request, 200, 202);
        await app.Settle(3_500);
        Assert.Equal(8, app.Webhooks.Count - webhooks); // all of them, once each
        var up = (await app.CallAsync("GET", $"{Path}/health")).Json;
        Assert.Equal("CLOSED", up.GetProperty("breaker").GetProperty("state").GetString());
        Assert.False(up.TryGetProperty("health", out _));

        var before = app.HealthAsked.Count;
        await app.Settle(5_000); // nobody attaches here: ten seconds later it would be thought to be away again
        Assert.Equal(before, app.HealthAsked.Count);
        Assert.Single(Watches(app));
        Assert.Contains("Completed", app.Everything().Split('\n').Single(line => line.StartsWith(HealthWatchInput.OrchestratorName, StringComparison.Ordinal)), StringComparison.Ordinal);
    });

    [Fact]
    public void WhileItIsAway_WebhooksAreFurtherApart() => TestApp.Run(async app =>
    {
        await GoAwayAsync(app);
        var before = app.Webhooks.Count;
        await app.Settle(60_000);
        Assert.InRange(app.Webhooks.Count - before, 1, 5); // 20 without a health URL
    });

    [Fact]
    public void Explain_SaysThatItIsWatched_AndWhatItAnsweredLast() => TestApp.Run(async app =>
    {
        await GoAwayAsync(app);
        var explained = (await app.CallAsync("GET", $"{Path}/explain")).Json;
        var sentence = explained.GetProperty("sentence").GetString();
        Assert.Contains("its health URL is asked every 2 s, and a webhook follows the first 2xx: at ", sentence, StringComparison.Ordinal);
        Assert.Contains("it answered HTTP 503", sentence, StringComparison.Ordinal);
        Assert.StartsWith("its health URL answering 2xx", explained.GetProperty("changes")[0].GetString());
        var session = (await app.CallAsync("GET", $"/api/sessions/s1/apps/{TestApp.Package}/explain")).Json;
        Assert.Contains("or as soon as its health URL answers 2xx", session.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    });

    [Fact]
    public void WhenItIsForgotten_NobodyAsksAnyMore() => TestApp.Run(async app =>
    {
        await GoAwayAsync(app);
        Assert.Equal(204, (await app.CallAsync("DELETE", Path)).Status);
        await app.Settle(5_000);
        var asked = app.HealthAsked.Count;
        await app.Settle(60_000);
        Assert.Equal(asked, app.HealthAsked.Count);
    });

    [Fact]
    public void WhenItsHealthUrlIsTakenAway_NobodyAsksAnyMore_AndWhenThereIsAnotherThatOneIs() => TestApp.Run(async app =>
    {
        await GoAwayAsync(app);
        await PutAsync(app, healthUrl: null);
        await app.Settle(30_000);
        var asked = app.HealthAsked.Count;
        await app.Settle(60_000);
        Assert.Equal(asked, app.HealthAsked.Count);

        await PutAsync(app, "http://app.example/other");
        await app.Settle(60_000);
        Assert.True(app.HealthAsked.Count > asked);
        Assert.Equal(2, Watches(app).Count());
    });

    [Fact]
    public void AHostThatIsStartedAnew_GoesOnAsking()
    {
        var data = Directory.CreateTempSubdirectory("lifecycle-health-");
        try
        {
            TestApp.Run(
                async app =>
                {
                    await GoAwayAsync(app);
                    await app.RestartAsync(app.HealthAsked.Clear);
                    await app.Settle(30_000);
                    Assert.InRange(app.HealthAsked.Count, 5, 25);
                    Assert.Single(Watches(app));
                },
                data: data.FullName);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public void ItIsCarriedOver() => TestApp.RunTwo(async (old, other) =>
    {
        await PutAsync(old);
        var page = (await old.CallAsync("GET", "/api/export")).Json;
        Assert.Equal(200, (await other.CallAsync("POST", "/api/import", page)).Status);
        await other.Settle();
        Assert.Equal(Health, (await other.CallAsync("GET", Path)).Json.GetProperty("healthUrl").GetString());

        var wrong = JsonSerializer.SerializeToNode(page)!;
        wrong["apps"]![0]!["registration"]!["healthUrl"] = "nope";
        var refused = await other.CallAsync("POST", "/api/import", wrong);
        Assert.Equal(["apps[0].registration.healthUrl"], refused.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    });
}
