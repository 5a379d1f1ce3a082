using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Lifecycle.Functions;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Webhooks;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.SignalR;
using Lifecycle.Scenarios;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Functions.Tests;

/// <summary>The deployed app in memory, on virtual time, with one registered app <c>com.example.notes</c>.</summary>
sealed class TestApp
{
    public const string Package = "com.example.notes";
    public const string Key = "test-key-0123456789";

    static readonly DateTimeOffset begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Func<TestApp, IHost> build;
    IHost host = null!;
    HttpMessageInvoker http = null!;

    TestApp(VirtualTimeProvider time, Func<TestApp, IHost> build) => (Time, this.build) = (time, build);

    public IServiceProvider Services => host.Services;

    public VirtualTimeProvider Time { get; }

    /// <summary>How many sweeps there have been: each is one operation of the fleet's entity.</summary>
    public long Sweeps => Time.GetUtcNow().ToUnixTimeSeconds() / 30;

    /// <summary>What the app server was sent, and how it answers.</summary>
    public List<HttpRequestMessage> Webhooks { get; } = [];

    /// <summary>When its health URL was asked.</summary>
    public List<DateTimeOffset> HealthAsked { get; } = [];

    public Func<HttpRequestMessage, HttpResponseMessage> WebhookAnswer { get; set; } = _ => new(System.Net.HttpStatusCode.Accepted);

    public static void Run(Func<TestApp, Task> test, Action<IServiceCollection>? configure = null, string data = ":memory:", params string[] options) =>
        Run(begin, configure, data, options, async app =>
        {
            await app.PutAppAsync();
            await test(app);
        });

    /// <summary>On a store that is there already, from the time at which it was left; nothing is registered anew.</summary>
    public static void RunOn(string data, DateTimeOffset from, Func<TestApp, Task> test, params string[] options) => Run(from, null, data, options, test);

    static void Run(DateTimeOffset from, Action<IServiceCollection>? configure, string data, string[] options, Func<TestApp, Task> test)
    {
        var time = new VirtualTimeProvider(from);
        time.Run(async () =>
        {
            var app = new TestApp(time, app => Build(time, data, app.Receive, configure, options));
            await app.OpenAsync();
            try
            {
                await test(app);
                await app.host.StopAsync();
            }
            finally
            {
                app.host.Dispose();
            }
        });
    }

    /// <summary>Two installations with one key ring, on one clock; the app is registered at the first.</summary>
    public static void RunTwo(Func<TestApp, TestApp, Task> test, Action<IServiceCollection>? configure = null, bool sameKeyRing = true)
    {
        var keys = Directory.CreateTempSubdirectory("lifecycle-keys-");
        var time = new VirtualTimeProvider(begin);
        TestApp Make(string name) => new(time, app => Build(
            time, ":memory:", app.Receive, configure, [$"--Lifecycle:KeyRing:Folder={Path.Combine(keys.FullName, sameKeyRing ? "both" : name)}"]));
        time.Run(async () =>
        {
            var (old, other) = (Make("old"), Make("other"));
            await old.OpenAsync();
            await other.OpenAsync();
            try
            {
                await old.PutAppAsync();
                await test(old, other);
                await old.host.StopAsync();
                await other.host.StopAsync();
            }
            finally
            {
                old.host.Dispose();
                other.host.Dispose();
                keys.Delete(recursive: true);
            }
        });
    }

    /// <summary>Starts the host anew on what it has stored in its folder; the SignalR service in it has forgotten everything.</summary>
    public async Task RestartAsync(Action whileDown)
    {
        await host.StopAsync();
        host.Dispose();
        whileDown();
        await OpenAsync();
    }

    async Task OpenAsync()
    {
        host = build(this);
        await host.StartAsync();
        http = new HttpMessageInvoker(Services.GetRequiredService<InProcessHttpHandler>(), disposeHandler: false);
    }

    static IHost Build(
        TimeProvider time, string data, Func<HttpRequestMessage, HttpResponseMessage> webhooks, Action<IServiceCollection>? configure, string[] options)
    {
        var builder = FunctionsApplication.CreateBuilder(["--Embedded:Listen=false", $"--data={data}", "--Logging:LogLevel:Default=None", .. options]);
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        builder.ThrowStartProblems = true;
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<ICanary, VirtualCanary>();
        builder.Services.AddSingleton(new WebhookTransport(new Handler(webhooks)));
        builder.AddLifecycle();
        configure?.Invoke(builder.Services);
        return builder.Build();
    }

    /// <summary>Lets everything that is under way come to its end.</summary>
    public Task Settle(double milliseconds = 50) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Time);

    public Task<Answer> PutAppAsync(string package = Package, object? policy = null) =>
        CallAsync("PUT", $"/api/apps/{package}", new { webhookUrl = "http://app.example/hook", apiKey = Key, policy });

    public async Task StartAsync(string session = "s1")
    {
        Assert.Equal(202, (await CallAsync("POST", $"/api/sessions/{session}/apps/{Package}/start")).Status);
        await Settle();
    }

    public async Task<VirtualClient> AttachAsync(string session = "s1", string instance = "i1", bool? reconnect = null, Action<string?>? closed = null)
    {
        var answer = await CallAsync(
            "POST", "/api/negotiate", new { sessionId = session, packageName = Package, instanceId = instance, reconnect }, ("x-api-key", Key));
        Assert.Equal(200, answer.Status);
        var client = new VirtualClient(Services.GetRequiredService<SignalRServiceCore>());
        client.Closed += end => closed?.Invoke(end.Error);
        await client.ConnectAsync(answer.Json.GetProperty("url").GetString()!, answer.Json.GetProperty("accessToken").GetString()!);
        await Settle();
        return client;
    }

    public Task<Answer> CallAsync(string method, string path, object? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body is null ? null : JsonSerializer.Serialize(body, JsonSerializerOptions.Web), "application/json", headers);

    public Task<Answer> SendAsync(
        string method, string path, string? body, string contentType = "application/json", params (string Name, string Value)[] headers) =>
        SendBytesAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), contentType, headers);

    public async Task<Answer> SendBytesAsync(
        string method, string path, byte[]? body, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://localhost" + path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // As of any client that says what it sends: also when that is nothing.
        if (body is not null || (method == "POST" && contentType.Length > 0))
        {
            request.Content = new ByteArrayContent(body ?? []);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using var response = await http.SendAsync(request, CancellationToken.None);
        return new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync())
        {
            RetryAfter = response.Headers.RetryAfter?.ToString(),
            Allow = string.Join(", ", response.Content.Headers.Allow),
        };
    }

    public async Task<JsonElement> SessionAsync(string session = "s1") =>
        (await CallAsync("GET", $"/api/sessions/{session}/apps/{Package}")).Json;

    public async Task<string> StateAsync(string session = "s1") => (await SessionAsync(session)).GetProperty("state").GetString()!;

    /// <summary>Every stored entity, as text: equal before and after when nothing changed.</summary>
    public string Everything()
    {
        var store = Services.GetRequiredService<Lifecycle.Local.FunctionsSdk.DurableTask.EmbeddedDurableBackend>().Engine.Store;
        var orchestrations = store.ReadOrchestrations("", null, 1000).Select(o => $"{o.InstanceId} {o.State}");
        return string.Join('\n', store.ReadEntities("@", null, 1000).Select(e => $"{e.Id} {e.State}").Concat(orchestrations));
    }

    public IReadOnlyList<FunctionEntry> Functions => Services.GetRequiredService<FunctionCatalog>().Entries;

    HttpResponseMessage Receive(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Get)
        {
            HealthAsked.Add(Time.GetUtcNow());
        }
        else
        {
            Webhooks.Add(request);
        }

        return WebhookAnswer(request);
    }

    public sealed record Answer(int Status, string? ContentType, string Text)
    {
        public string? RetryAfter { get; init; }

        public string? Allow { get; init; }

        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);
    }

    sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var copy = new HttpRequestMessage(request.Method, request.RequestUri)
            {
                Content = request.Content is { } content ? new ByteArrayContent(await content.ReadAsByteArrayAsync(cancellationToken)) : null,
            };
            foreach (var header in request.Headers)
            {
                copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            return answer(copy);
        }
    }
}
