using System.Reflection;
using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests;

/// <summary>What can be registered of an app, and what is refused.</summary>
public sealed class AppRegistryTests
{
    const string AppPath = "/api/apps/com.example.new";

    [Fact]
    public void PutApp_WithoutASecret_MakesOneAndShowsItOnce() => TestApp.Run(async app =>
    {
        var made = await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/" });
        Assert.Equal((201, 1), (made.Status, made.Json.GetProperty("webhookSecretCount").GetInt32()));
        Assert.NotNull(WebhookSecret.Read(made.Json.GetProperty("webhookSecret").GetString()));
        var again = await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/v2" });
        Assert.Equal((200, 1), (again.Status, again.Json.GetProperty("webhookSecretCount").GetInt32()));
        Assert.False(again.Json.TryGetProperty("webhookSecret", out _));
        Assert.DoesNotContain("whsec_", (await app.CallAsync("GET", AppPath)).Text);
    });

    [Fact]
    public void PutApp_WithSecrets_ReplacesTheOldOnesAndShowsNone() => TestApp.Run(async app =>
    {
        var secrets = new[] { WebhookSecret.Make(), WebhookSecret.Make() };
        await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/" });
        var put = await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/", webhookSecrets = secrets });
        Assert.Equal((200, 2), (put.Status, put.Json.GetProperty("webhookSecretCount").GetInt32()));
        Assert.DoesNotContain("whsec_", put.Text);
        put = await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/", webhookSecrets = secrets[..1] });
        Assert.Equal(1, put.Json.GetProperty("webhookSecretCount").GetInt32());
    });

    public static TheoryData<string[]> WrongSecrets() =>
    [
        [""],
        ["whsec_"],
        ["not-a-secret"],
        ["WHSEC_" + Base64(32)],
        ["whsec_" + Base64(23)],
        ["whsec_" + Base64(65)],
        ["whsec_" + Base64(32).TrimEnd('=')],
        ["whsec_ " + Base64(32)],
        ["whsec_" + Base64(32) + "\n"],
        ["whsec_" + Base64(32).Replace('A', '-')],
        ["whsec_" + new string('A', 5_000)],
        ["whsec_" + Base64(32), "whsec_" + Base64(32)],
        ["whsec_" + Base64(32), "whsec_" + Base64(33), "whsec_" + Base64(34)],
    ];

    static string Base64(int bytes) => Convert.ToBase64String(new byte[bytes]);

    [Theory]
    [MemberData(nameof(WrongSecrets))]
    public void PutApp_WithWrongSecrets_NamesTheFieldAndDoesNotRepeatThem(string[] secrets) => TestApp.Run(async app =>
    {
        var before = app.Everything();
        var answer = await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/", webhookSecrets = secrets });
        Assert.Equal(400, answer.Status);
        Assert.Contains("whsec_ followed by", answer.Json.GetProperty("errors").GetProperty("webhookSecrets").GetString());
        Assert.DoesNotContain(secrets, s => s.Length > 10 && answer.Text.Contains(s));
        await app.Settle();
        Assert.Equal(before, app.Everything());
    });

    // Every value of a policy with one that differs from the default and keeps to the others.
    static readonly Dictionary<string, object> overrides = new()
    {
        ["reconnectGraceMs"] = 7_000,
        ["resurrect"] = false,
        ["horizonMs"] = 500_000,
        ["backoffBaseMs"] = 2_000,
        ["backoffCapMs"] = 20_000,
        ["initialSpreadMs"] = 1_000,
        ["connectTimeoutMs"] = 9_000,
        ["webhookTimeoutMs"] = 4_000,
        ["paceCeiling"] = 300,
        ["allowUnsolicited"] = true,
        ["retentionMs"] = 60_000,
        ["aliveLimitMs"] = 300_000,
        ["lateLimitMs"] = 4_000,
        ["stableMs"] = 30_000,
        ["crashLoopBaseMs"] = 5_000,
        ["crashLoopCapMs"] = 60_000,
        ["handOverMs"] = 12_000,
        ["ackTimeoutMs"] = 30_000,
        ["replaceDeaf"] = true,
        ["stopTimeoutMs"] = 4_000,
        ["pacePerSecond"] = 10,
        ["paceBurst"] = 5,
        ["breakerFailures"] = 3,
        ["breakerPercent"] = 40,
        ["breakerMinimum"] = 10,
        ["breakerWindowMs"] = 30_000,
        ["probeFloorMs"] = 4_000,
        ["probePercent"] = 10,
        ["probeCapMs"] = 3_600_000,
        ["firstFlight"] = 2,
        ["bufferedMessages"] = 32,
        ["bufferedBytes"] = 16_384,
    };

    [Fact]
    public void PutApp_OverridesEveryValueOfThePolicy() => TestApp.Run(async app =>
    {
        Assert.Equal(
            typeof(PolicyOverrides).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(),
            overrides.Keys.Order());
        Assert.Equal(
            typeof(Policy).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name).Order(),
            typeof(PolicyOverrides).GetProperties().Select(p => p.Name).Order());
        await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/", policy = overrides });
        var read = (await app.CallAsync("GET", AppPath)).Json;
        foreach (var part in new[] { "overrides", "policy" })
        {
            Assert.Equal(
                overrides.ToDictionary(o => o.Key, o => o.Value.ToString()!.ToLowerInvariant()),
                read.GetProperty(part).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText()));
        }
    });

    [Fact]
    public void PutApp_WithValuesOutOfRange_NamesEachField() => TestApp.Run(async app =>
    {
        var wrong = overrides.Where(o => o.Value is int).ToDictionary(o => o.Key, _ => -1);
        var answer = await app.CallAsync("PUT", AppPath, new { webhookUrl = "ftp://x/", ownerUrl = "nope", apiKey = "short", policy = wrong });
        Assert.Equal(400, answer.Status);
        Assert.Equal(
            wrong.Keys.Select(name => $"policy.{name}").Concat(["apiKey", "ownerUrl", "webhookUrl"]).Order(),
            answer.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
    });

    [Theory]
    [InlineData("""{"webhookUrl":"http://x/","policy":{"graceMs":6000}}""", "policy.graceMs")]
    [InlineData("""{"webhookUrl":"http://x/","policy":{"reconnectGraceMs":"soon"}}""", "policy.reconnectGraceMs")]
    [InlineData("""{"webhookUrl":"http://x/","policy":{"resurrect":1}}""", "policy.resurrect")]
    [InlineData("""{"webhookUrl":"http://x/","policy":{"horizonMs":1e300}}""", "policy.horizonMs")]
    [InlineData("""{"webhookUrl":"http://x/","webhookSecret":"whsec_AAAA"}""", "webhookSecret")]
    [InlineData("""{"webhookUrl":"http://x/","webhookSecrets":"whsec_AAAA"}""", "webhookSecrets")]
    [InlineData("""{"webhookUrl":"http://x/","webhookSecrets":[5]}""", "webhookSecrets[0]")]
    public void PutApp_WithWhatCannotBeRead_NamesTheField(string body, string field) => TestApp.Run(async app =>
    {
        var answer = await app.SendAsync("PUT", AppPath, body);
        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.DoesNotContain("whsec_AAAA", answer.Text);
    });

    [Fact]
    public void PutApp_TakesAnOwnerUrlAndForgetsItWhenItIsLeftOut() => TestApp.Run(async app =>
    {
        await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/", ownerUrl = "https://owner.example/alerts" });
        Assert.Equal("https://owner.example/alerts", (await app.CallAsync("GET", AppPath)).Json.GetProperty("ownerUrl").GetString());
        await app.CallAsync("PUT", AppPath, new { webhookUrl = "http://new.example/" });
        Assert.False((await app.CallAsync("GET", AppPath)).Json.TryGetProperty("ownerUrl", out _));
    });

    [Theory]
    [InlineData("http://localhost:5080/hook")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://[::1]/")]
    public void PutApp_WithATargetInsideOurNetwork_IsRefusedUnlessASettingAllowsIt(string url)
    {
        TestApp.Run(async app => Assert.Equal(201, (await app.CallAsync("PUT", AppPath, new { webhookUrl = url, ownerUrl = url })).Status));
        TestApp.Run(
            async app =>
            {
                var answer = await app.CallAsync("PUT", AppPath, new { webhookUrl = url, ownerUrl = url });
                Assert.Equal(400, answer.Status);
                Assert.Equal(["ownerUrl", "webhookUrl"], answer.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
            },
            services => services.AddSingleton(new WebhookTargets(allowPrivate: false)));
    }

    [Fact]
    public void RotatedBy_KeepsTheNewestOldSecretOnly()
    {
        var app = new AppRegistration { Revision = "1", WebhookUrl = "http://x/", WebhookSecrets = ["b", "a"] };
        Assert.Equal(["c", "b"], app.RotatedBy(new SecretRotation("2", "c")).WebhookSecrets.AsEnumerable());
        Assert.Equal("2", app.RotatedBy(new SecretRotation("2", "c")).Revision);
        Assert.Equal(["b", "a"], app.ReplacedBy(new AppRegistration { WebhookUrl = "http://y/" }).WebhookSecrets.AsEnumerable());
        Assert.Equal(["d"], app.ReplacedBy(new AppRegistration { WebhookUrl = "http://y/", WebhookSecrets = ["d"] }).WebhookSecrets.AsEnumerable());
    }
}
