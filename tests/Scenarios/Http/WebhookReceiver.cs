using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lifecycle.Functions.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Scenarios.Http;

/// <summary>The webhooks of all apps of a run, on one local port. What is not signed with the run's secret is turned away and counted.</summary>
sealed class WebhookReceiver : IAsyncDisposable
{
    const string HookPath = "/hook";
    const string OwnerPath = "/owner";
    const string HealthPath = "/health";

    static readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    readonly WebApplication app;
    readonly Uri? outside;
    int unsigned;

    /// <param name="outside">The address under which the host reaches it; null for loopback.</param>
    /// <param name="port">The local port; 0 for any.</param>
    public WebhookReceiver(Uri? outside, int port)
    {
        this.outside = outside;
        var builder = WebApplication.CreateSlimBuilder();
        // Who is on another machine, or in a container, does not come by loopback.
        builder.WebHost.UseUrls($"http://{(outside is null || outside.IsLoopback ? "127.0.0.1" : "*")}:{port}");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime>(new NoSignals());
        app = builder.Build();
        app.MapPost(HookPath, http => HandleAsync(http, OnWebhook));
        app.MapPost(OwnerPath, http => HandleAsync(http, OnNotice));
        app.MapGet($"{HealthPath}/{{package}}", async (HttpContext http, string package) =>
        {
            var status = await OnHealth(package);
            if (status == 0)
            {
                http.Abort();
                return;
            }

            http.Response.StatusCode = status;
        });
    }

    /// <summary>The secret that webhooks are signed with.</summary>
    public static string Secret { get; } = "whsec_" + Convert.ToBase64String(key);

    /// <summary>The <c>Retry-After</c> of the answer to a webhook with this body; null for none.</summary>
    public Func<JsonElement, string?> RetryAfterOf { get; set; } = _ => null;

    /// <summary>Called for a webhook to an app: its body and id. Answers a status; 0 when nobody listens.</summary>
    public Func<JsonElement, string, Task<WebhookReply>> OnWebhook { get; set; } = (_, _) => Task.FromResult(new WebhookReply(StatusCodes.Status404NotFound));

    /// <summary>Called for a notice to an app's owner.</summary>
    public Func<JsonElement, string, Task<WebhookReply>> OnNotice { get; set; } = (_, _) => Task.FromResult(new WebhookReply(StatusCodes.Status404NotFound));

    /// <summary>Called when the health of an app is asked for, by its name outside. Answers a status; 0 when nobody listens.</summary>
    public Func<string, Task<int>> OnHealth { get; set; } = _ => Task.FromResult(StatusCodes.Status404NotFound);

    /// <summary>How many webhooks were not signed as they must be.</summary>
    public int Unsigned => unsigned;

    public Uri WebhookUrl => new(Address, HookPath);

    public Uri OwnerUrl => new(Address, OwnerPath);

    /// <summary>Where the health of an app is asked for, by its name outside.</summary>
    public Uri HealthUrlOf(string package) => new(Address, $"{HealthPath}/{package}");

    Uri Address => outside ?? new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public Task StartAsync() => app.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    async Task HandleAsync(HttpContext http, Func<JsonElement, string, Task<WebhookReply>> handle)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer);
        var (id, body) = (http.Request.Headers["webhook-id"].ToString(), buffer.ToArray());
        if (!IsSigned(http.Request.Headers, id, body))
        {
            Interlocked.Increment(ref unsigned);
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var parsed = JsonSerializer.Deserialize<JsonElement>(body);
        var reply = await handle(parsed, id);
        if (reply.Status == 0)
        {
            http.Abort(); // the nearest to nobody that one port for several apps can be
            return;
        }

        http.Response.StatusCode = reply.Status;
        if (reply.HeldBy is { } holder)
        {
            http.Response.Headers[WebhookSender.HeldByHeader] = holder;
        }

        if (reply.Leaving is { } leaving)
        {
            http.Response.Headers[WebhookSender.LeavingHeader] = leaving;
        }

        if (RetryAfterOf(parsed) is { } retryAfter)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }
    }

    static bool IsSigned(IHeaderDictionary headers, string id, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{headers["webhook-timestamp"]}."), .. body];
        return headers["webhook-signature"].ToString().Split(' ').Contains("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
    }

    /// <summary>Ctrl-C is the play's: it ends the receiver when the sessions are stopped.</summary>
    sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
