using System.Text.Json;
using Lifecycle.Entities;

namespace Lifecycle.Functions.Tests;

/// <summary>A key or a secret that was made is shown only when it is in force: nobody could find out otherwise that it never will be.</summary>
public sealed class ShownKeyTests
{
    const string Other = "com.example.other";

    static async Task<bool> IsGoodAsync(TestApp app, string package, string key) =>
        (await app.CallAsync("POST", "/api/negotiate", new { sessionId = "s1", packageName = package }, ("x-api-key", key))).Status == 200;

    static IEnumerable<string> Shown(IEnumerable<TestApp.Answer> answers, string field) => answers
        .Select(answer => answer.Json.TryGetProperty(field, out var made) ? made.GetString() : null)
        .OfType<string>();

    // Twenty instances of a platform registered the app at once. Each was shown a key and a secret, and all but the last one's were never valid.
    [Fact]
    public void Of_first_registrations_at_once_one_is_shown_what_was_made() => TestApp.Run(async app =>
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.CallAsync("PUT", $"/api/apps/{Other}", new { webhookUrl = "http://app.example/hook" })));

        Assert.Equal([201, .. Enumerable.Repeat(200, 19)], answers.Select(answer => answer.Status).OrderDescending());
        Assert.True(await IsGoodAsync(app, Other, Assert.Single(Shown(answers, "apiKey"))));
        Assert.Single(Shown(answers, "webhookSecret"));
        Assert.Equal(201, answers.Single(answer => Shown([answer], "apiKey").Any() && Shown([answer], "webhookSecret").Any()).Status);
        Assert.All(answers, answer => Assert.Equal((1, 1), (answer.Json.GetProperty("apiKeyCount").GetInt32(), answer.Json.GetProperty("webhookSecretCount").GetInt32())));
    });

    [Fact]
    public void Of_rotations_at_once_those_are_shown_that_are_valid() => TestApp.Run(async app =>
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.CallAsync("POST", $"/api/apps/{TestApp.Package}/rotate-key")));
        var secrets = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.CallAsync("POST", $"/api/apps/{TestApp.Package}/rotate-secret")));

        foreach (var answers in (TestApp.Answer[][])[keys, secrets])
        {
            Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { 200, 409 }));
            Assert.InRange(answers.Count(answer => answer.Status == 200), 1, 2);
            Assert.All(answers.Where(answer => answer.Status == 409), answer => Assert.EndsWith("rotated_again", answer.Json.GetProperty("type").GetString()));
        }

        foreach (var key in Shown(keys, "apiKey"))
        {
            Assert.True(await IsGoodAsync(app, TestApp.Package, key));
        }
    });

    // It answered 202 with a key. Whoever took it for lost and rotated again had made the key void that the app's servers used.
    [Theory]
    [InlineData("rotate-key", "apiKeyCount", 1)]
    [InlineData("rotate-secret", "webhookSecretCount", 1)]
    public void A_rotation_that_the_engine_is_too_slow_for_shows_nothing_and_changes_nothing(string call, string count, int expected) => TestApp.Run(
        async app =>
        {
            await app.Settle(300_000);
            foreach (var _ in Enumerable.Range(0, 2))
            {
                var answer = await app.CallAsync("POST", $"/api/apps/{TestApp.Package}/{call}");
                Assert.Equal((503, "5"), (answer.Status, answer.RetryAfter));
                Assert.EndsWith("not_rotated", answer.Json.GetProperty("type").GetString());
            }

            await app.Settle(300_000);
            Assert.Equal(expected, (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}")).Json.GetProperty(count).GetInt32());
            Assert.True((await app.CallAsync("POST", "/api/negotiate", new { sessionId = "s1", packageName = TestApp.Package }, ("x-api-key", TestApp.Key))).Status is 200 or 503);
        },
        null,
        ":memory:",
        "--timing=azure-storage",
        "--engine-latency=20000",
        "--Embedded:Seed=1");

    [Fact]
    public void A_registration_that_the_engine_is_too_slow_for_shows_no_key() => TestApp.Run(
        async app =>
        {
            var answer = await app.CallAsync("PUT", $"/api/apps/{Other}", new { webhookUrl = "http://app.example/hook" });
            Assert.Equal(202, answer.Status);
            Assert.Empty(Shown([answer], "apiKey").Concat(Shown([answer], "webhookSecret")));
        },
        null,
        ":memory:",
        "--timing=azure-storage",
        "--engine-latency=20000",
        "--Embedded:Seed=1");

    [Fact]
    public void Settled_TakesAnOfferWhereNothingWasAndStoresNone()
    {
        var offer = new SecretOffer(HashedKey.Of(TestApp.Key), "sealed");
        var first = new AppRegistration { Revision = "1", WebhookUrl = "http://x/", Offer = offer }.Settled();
        Assert.True(first.AcceptsApiKey(TestApp.Key));
        Assert.Equal(["sealed"], first.WebhookSecrets.AsEnumerable());
        Assert.DoesNotContain("Offer", JsonSerializer.Serialize(first));

        var second = first.ReplacedBy(new() { Revision = "2", WebhookUrl = "http://y/", Offer = new(HashedKey.Of("another-key-0123456789"), "other") }).Settled();
        Assert.True(second.AcceptsApiKey(TestApp.Key));
        Assert.False(second.AcceptsApiKey("another-key-0123456789"));
        Assert.Equal(["sealed"], second.WebhookSecrets.AsEnumerable());
        Assert.Equal((true, false), (second.BeganWith("1"), second.BeganWith("2")));
    }
}
