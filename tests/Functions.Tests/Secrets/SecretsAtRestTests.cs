using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Tests.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Tests.Secrets;

/// <summary>Secrets in a real process with real files: used across restarts, and nowhere to be found.</summary>
public sealed class SecretsAtRestTests : IAsyncLifetime
{
    const string Package = "com.example.notes";
    const string App = $"/api/apps/{Package}";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lifecycle-secrets-");
    readonly ConcurrentQueue<string> output = new();
    readonly ConcurrentQueue<ReceivedWebhook> webhooks = new();
    readonly List<string> answers = [];
    WebApplication appServer = null!;
    LifecycleProcess host = null!;

    string Url => appServer.Urls.First() + "/hook";

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        appServer = builder.Build();
        appServer.MapPost("/hook", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var headers = request.Headers.Where(h => h.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString());
            webhooks.Enqueue(new ReceivedWebhook("", headers, await reader.ReadToEndAsync(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
            return Results.Accepted();
        });
        await appServer.StartAsync();
        host = await LifecycleProcess.StartAsync(folder.FullName, output);
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await appServer.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Secrets_sign_across_restarts_and_stand_in_no_answer_log_or_file()
    {
        var key = "known-api-key-0123456789";
        var secrets = new List<string> { WebhookSecret.Make() };
        Assert.Equal(201, await Ask("PUT", App, new { webhookUrl = Url, apiKey = key, webhookSecrets = secrets }));
        secrets.Insert(0, Field(await host.CallAsync("POST", $"{App}/rotate-secret"), "webhookSecret"));
        var made = await host.CallAsync("PUT", "/api/apps/com.example.made", new { webhookUrl = Url });
        var rotated = Field(await host.CallAsync("POST", $"{App}/rotate-key"), "apiKey");
        string[] all = [key, .. secrets, rotated, Field(made, "apiKey"), Field(made, "webhookSecret")];

        await StartAsync("s1", secrets);
        Assert.Equal(200, await Ask("POST", "/api/negotiate", new { sessionId = "s1", packageName = Package }, key));
        Assert.Equal(200, await Ask("POST", "/api/negotiate", new { sessionId = "s1", packageName = Package }, rotated));
        Assert.Equal(401, await Ask("POST", "/api/negotiate", new { sessionId = "s1", packageName = Package }, all[^2]));
        Assert.Equal(400, await Ask("PUT", App, new { webhookUrl = all[1], ownerUrl = key, apiKey = key + " ", webhookSecrets = new[] { all[1] + "=" } }));
        Assert.Equal(400, await Ask("PUT", App, new { webhookUrl = Url, webhookSecrets = all[1] }));
        Assert.Equal(400, await Ask("PUT", App, new { webhookUrl = Url, policy = new { reconnectGraceMs = all[1] } }));
        Assert.Equal(200, await Ask("PUT", App, new { webhookUrl = Url, ownerUrl = Url }));
        foreach (var path in new[] { App, $"{App}/health", "/api/apps/com.example.made", "/api/health", "/api/sessions/s1/apps", $"/api/sessions/s1/apps/{Package}" })
        {
            await Ask("GET", path);
        }

        await RestartAsync();
        await StartAsync("s2", secrets);

        Directory.Delete(Path.Combine(folder.FullName, "data.keys"), recursive: true);
        await RestartAsync();
        await LoseTheKeysAsync();

        await host.DisposeAsync();
        AssertNowhere(all);
    }

    // The state is there and the keys are not: nothing goes out, the session comes back to it, and operators can read why.
    async Task LoseTheKeysAsync()
    {
        var sent = webhooks.Count;
        Assert.Equal(202, await Ask("POST", $"/api/sessions/s3/apps/{Package}/start"));
        await host.UntilAsync("operators are told", () => Task.FromResult(output.Any(
            line => line.Contains(Package) && line.Contains("cannot be decrypted") && line.Contains("data.keys"))));
        await host.UntilAsync("the session waits", async () => (await host.CallAsync("GET", $"/api/sessions/s3/apps/{Package}")).Text.Contains("\"state\":\"BACKOFF\""));
        await Ask("GET", $"/api/sessions/s3/apps/{Package}");
        await Ask("GET", $"{App}/health");
        Assert.Equal(sent, webhooks.Count);
    }

    async Task StartAsync(string session, IReadOnlyList<string> secrets)
    {
        Assert.Equal(202, await Ask("POST", $"/api/sessions/{session}/apps/{Package}/start"));
        await host.UntilAsync($"the webhook for {session} is there", () => Task.FromResult(webhooks.Any(w => w.Body.Contains($"\"{session}\""))));
        var webhook = webhooks.First(w => w.Body.Contains($"\"{session}\""));
        Assert.Equal(
            secrets.Select(_ => StandardWebhooks.Verified),
            await StandardWebhooks.VerifyAsync([.. secrets.Select(secret => webhook with { Secret = secret })]));
    }

    async Task RestartAsync()
    {
        await host.DisposeAsync();
        host = await LifecycleProcess.StartAsync(folder.FullName, output);
    }

    async Task<int> Ask(string method, string path, object? body = null, string? key = null)
    {
        var (status, text) = await host.CallAsync(method, path, body, key);
        answers.Add(text);
        return status;
    }

    void AssertNowhere(string[] secrets)
    {
        var texts = secrets.SelectMany(s => s.StartsWith("whsec_") ? (string[])[s["whsec_".Length..], JsonEncodedText.Encode(s["whsec_".Length..]).ToString()] : [s]).ToArray();
        var needles = texts.SelectMany(t => (byte[][])[Encoding.UTF8.GetBytes(t), Encoding.Unicode.GetBytes(t)])
            .Concat(secrets.Where(s => s.StartsWith("whsec_")).Select(s => Convert.FromBase64String(s["whsec_".Length..])))
            .ToArray();
        var files = folder.GetFiles("*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.Length > 4096); // the database
        Assert.Contains(output, line => line.Contains("Kestrel")); // the log is as talkative as it can be
        foreach (var (name, bytes) in files.Select(f => (f.FullName, File.ReadAllBytes(f.FullName)))
            .Concat(answers.Select(a => ("an answer", Encoding.UTF8.GetBytes(a))))
            .Concat(output.Select(line => ("the log", Encoding.UTF8.GetBytes(line)))))
        {
            Assert.False(needles.Any(needle => bytes.AsSpan().IndexOf(needle) >= 0), $"A secret stands in {name}.");
        }
    }

    static string Field((int Status, string Text) answer, string name) => JsonSerializer.Deserialize<JsonElement>(answer.Text).GetProperty(name).GetString()!;
}
