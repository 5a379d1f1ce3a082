using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;
using Lifecycle.Azurite;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Webhooks;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Scenarios;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Functions.Tests.Commands;

/// <summary>The deployed app on the real clock, with a storage account and one registered app; its state is in memory.</summary>
sealed class StorageApp : IAsyncDisposable
{
    readonly StringWriter text = new();
    readonly TextWriter log;
    readonly IHost host;
    readonly HttpMessageInvoker http;

    StorageApp(AzuriteFixture azurite)
    {
        log = TextWriter.Synchronized(text);
        Commands = new QueueClient(azurite.ConnectionString, "lifecycle-commands");
        Poison = new QueueClient(azurite.ConnectionString, "lifecycle-commands-poison");
        host = Build(azurite);
        http = new HttpMessageInvoker(host.Services.GetRequiredService<InProcessHttpHandler>());
    }

    public QueueClient Commands { get; }

    public QueueClient Poison { get; }

    /// <summary>The types of the webhooks so far.</summary>
    public ConcurrentQueue<string> Webhooks { get; } = [];

    public HttpStatusCode WebhookAnswer { get; set; } = HttpStatusCode.Accepted;

    public string Log
    {
        get
        {
            // The synchronized writer locks itself for every call.
            lock (log)
            {
                return text.ToString();
            }
        }
    }

    public static async Task<StorageApp> StartAsync(AzuriteFixture azurite)
    {
        var app = new StorageApp(azurite);
        await app.Poison.DeleteIfExistsAsync();
        await app.host.StartAsync();
        var (status, _) = await app.CallAsync("PUT", $"/api/apps/{TestApp.Package}", new { webhookUrl = "http://app.example/hook", apiKey = TestApp.Key });
        Assert.Equal(201, status);
        return app;
    }

    /// <summary>Puts a command, as any tool would.</summary>
    public Task SendAsync(object command) => SendTextAsync(JsonSerializer.Serialize(command, JsonSerializerOptions.Web));

    public async Task SendTextAsync(string command)
    {
        await Commands.CreateIfNotExistsAsync();
        await Commands.SendMessageAsync(command);
    }

    public Task WhenAsync(string session, string state) => Eventually.HoldsAsync($"session {session} is {state}", async () =>
        await CallAsync("GET", $"/api/sessions/{session}/apps/{TestApp.Package}") is (200, var body)
        && body.GetProperty("state").GetString() == state);

    public async Task<(int Status, JsonElement Body)> CallAsync(string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new(method), "http://localhost" + path);
        if (body is not null || method == "POST")
        {
            request.Content = new StringContent(body is null ? "" : JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(request, CancellationToken.None);
        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        http.Dispose();
    }

    IHost Build(AzuriteFixture azurite)
    {
        string[] settings = ["--port=0", "--signalr-port=0", "--data=:memory:", $"--AzureWebJobsStorage={azurite.ConnectionString}"];
        var builder = FunctionsApplication.CreateBuilder(settings);
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        builder.ThrowStartProblems = true;
        builder.Services.AddSingleton(new HostConsole(log, log));
        builder.Services.AddSingleton<ICanary, VirtualCanary>();
        builder.Services.AddSingleton(new WebhookTransport(new Handler(this)));
        var deployed = HostJson.Load();
        // As deployed, but without the waits between tries.
        builder.Services.AddSingleton(deployed with
        {
            Queues = deployed.Queues with { VisibilityTimeout = TimeSpan.Zero, MaxPollingInterval = TimeSpan.FromMilliseconds(200) },
        });
        builder.AddLifecycle();
        return builder.Build();
    }

    sealed class Handler(StorageApp app) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = JsonSerializer.Deserialize<JsonElement>(await request.Content!.ReadAsStringAsync(cancellationToken));
            app.Webhooks.Enqueue(body.GetProperty("type").GetString()!);
            return new(app.WebhookAnswer);
        }
    }
}
