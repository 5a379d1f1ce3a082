using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Tests.Telemetry;
using Lifecycle.Functions.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Functions.Tests.Webhooks;

/// <summary>The webhooks that the app sends, verified by a library that was not written here.</summary>
public sealed class StandardWebhooksTests
{
    const string NoMatch = "No matching signature found";

    static readonly string[] secrets = [WebhookSecret.Make(), WebhookSecret.Make(), "whsec_" + Convert.ToBase64String(new byte[24]), "whsec_" + Convert.ToBase64String(new byte[64])];

    // What an app gets at its start, by the secrets that it was registered with.
    static (HttpRequestMessage Webhook, DateTimeOffset At) Capture(params string[] registered)
    {
        (HttpRequestMessage, DateTimeOffset) captured = default;
        TestApp.Run(async app =>
        {
            await app.CallAsync("PUT", $"/api/apps/{TestApp.Package}", new { webhookUrl = "http://app.example/hook", apiKey = TestApp.Key, webhookSecrets = registered });
            await app.StartAsync();
            captured = (Assert.Single(app.Webhooks), app.Time.GetUtcNow());
        });
        return captured;
    }

    [Fact]
    public async Task A_webhook_verifies_with_each_secret_of_its_app_and_with_no_other()
    {
        var (one, at) = Capture(secrets[0]);
        var (two, atTwo) = Capture(secrets[1], secrets[0]);
        var (shortest, atShortest) = Capture(secrets[2], secrets[3]);
        Assert.Single(one.Headers.GetValues("webhook-signature").Single().Split(' '));
        Assert.Equal(2, two.Headers.GetValues("webhook-signature").Single().Split(' ').Length);
        Assert.Equal(
            [StandardWebhooks.Verified, NoMatch, StandardWebhooks.Verified, StandardWebhooks.Verified, NoMatch, StandardWebhooks.Verified, StandardWebhooks.Verified],
            await StandardWebhooks.VerifyAsync(
                await ReceivedWebhook.OfAsync(one, secrets[0], at),
                await ReceivedWebhook.OfAsync(one, secrets[1], at),
                await ReceivedWebhook.OfAsync(two, secrets[0], atTwo),
                await ReceivedWebhook.OfAsync(two, secrets[1], atTwo),
                await ReceivedWebhook.OfAsync(two, secrets[2], atTwo),
                await ReceivedWebhook.OfAsync(shortest, secrets[2], atShortest),
                await ReceivedWebhook.OfAsync(shortest, secrets[3], atShortest)));
    }

    [Fact]
    public async Task A_webhook_that_was_tampered_with_or_is_old_does_not_verify()
    {
        var (webhook, at) = Capture(secrets[0]);
        var good = await ReceivedWebhook.OfAsync(webhook, secrets[0], at);
        Assert.Equal(
            [NoMatch, NoMatch, NoMatch, "Message timestamp too old"],
            await StandardWebhooks.VerifyAsync(
                good with { Body = good.Body.Replace("\"s1\"", "\"s2\"") },
                good with { Headers = Changed(good, "webhook-id", "wh_other") },
                good with { Headers = Changed(good, "webhook-timestamp", at.AddSeconds(1).ToUnixTimeSeconds().ToString()) },
                good with { Now = at.AddMinutes(6).ToUnixTimeMilliseconds() }));

        static Dictionary<string, string> Changed(ReceivedWebhook webhook, string name, string value) => new(webhook.Headers) { [name] = value };
    }

    [Fact]
    public async Task A_rotation_shows_the_new_secret_once_and_both_verify_until_the_next_one()
    {
        var received = new List<ReceivedWebhook>();
        TestApp.Run(async app =>
        {
            await app.CallAsync("PUT", $"/api/apps/{TestApp.Package}", new { webhookUrl = "http://app.example/hook", apiKey = TestApp.Key, webhookSecrets = new[] { secrets[0] } });
            var made = new List<string> { secrets[0] };
            for (var round = 1; round <= 2; round++)
            {
                var rotated = await app.CallAsync("POST", $"/api/apps/{TestApp.Package}/rotate-secret");
                Assert.Equal((200, 2), (rotated.Status, rotated.Json.GetProperty("webhookSecretCount").GetInt32()));
                made.Add(rotated.Json.GetProperty("webhookSecret").GetString()!);
                await app.StartAsync($"s{round}");
                foreach (var secret in made)
                {
                    received.Add(await ReceivedWebhook.OfAsync(app.Webhooks[^1], secret, app.Time.GetUtcNow()));
                }
            }
        });
        const string ok = StandardWebhooks.Verified;
        Assert.Equal([ok, ok, NoMatch, ok, ok], await StandardWebhooks.VerifyAsync([.. received]));
    }

    [Fact]
    public async Task A_retry_of_an_attempt_carries_the_same_id_and_a_new_timestamp()
    {
        var received = new List<ReceivedWebhook>();
        TestApp.Run(async app =>
        {
            var sender = new WebhookSender(app.Services.GetRequiredService<WebhookTransport>(), TestMetrics.Shared, app.Time, NullLogger<WebhookSender>.Instance);
            var message = new WebhookMessage("wh_inc_1", "app_unreachable", TestApp.Package, 1, 5_000, now => new { type = "app_unreachable", timestamp = now });
            for (var i = 0; i < 2; i++)
            {
                await sender.SendAsync("http://owner.example/", SigningSecrets.Of(secrets[0]), message);
                received.Add(await ReceivedWebhook.OfAsync(app.Webhooks[^1], secrets[0], app.Time.GetUtcNow()));
                await app.Settle(400_000);
            }
        });
        Assert.Equal(["wh_inc_1", "wh_inc_1"], received.Select(r => r.Headers["webhook-id"]));
        Assert.NotEqual(received[0].Headers["webhook-timestamp"], received[1].Headers["webhook-timestamp"]);
        Assert.Equal([StandardWebhooks.Verified, StandardWebhooks.Verified], await StandardWebhooks.VerifyAsync([.. received]));
    }
}
