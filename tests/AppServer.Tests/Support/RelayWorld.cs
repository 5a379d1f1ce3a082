using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Lifecycle.Sdk.Negotiation;
using Lifecycle.Sdk.Relay;
using Lifecycle.Sdk.Webhooks;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests.Support;

/// <summary>An app server whose webhooks come over connections of its own, on virtual time, and the Lifecycle side of them.</summary>
sealed class RelayWorld : HttpMessageHandler
{
    public const string Package = "com.example.notes";

    static readonly byte[] s_key = [.. Enumerable.Repeat((byte)1, 32)];

    readonly VirtualTime _time = new();

    public RelayWorld(Action<AppServerOptions>? change = null)
    {
        var options = new AppServerOptions
        {
            LifecycleUrl = new Uri("http://lifecycle.test"),
            PackageName = Package,
            ApiKey = "k",
            InstanceId = "i-1",
            WebhookSecrets = ["whsec_" + Convert.ToBase64String(s_key)],
        };
        change?.Invoke(options);
        Server = new AppServer(options, this, Log, _time.Clock, new Random(1).NextDouble, connect: null, Connect);
    }

    public AppServer Server { get; }

    public NotedLog Log { get; } = new();

    public DateTimeOffset Now => _time.Clock.GetUtcNow();

    /// <summary>When it asked where to connect, and where.</summary>
    public List<(DateTimeOffset At, Uri Url)> Negotiations { get; } = [];

    /// <summary>Answers negotiate instead of a redirect when it gives something.</summary>
    public Func<HttpResponseMessage?> Refuse { get; set; } = () => null;

    public List<Socket> Sockets { get; } = [];

    /// <summary>What is done with a hub call; what it throws is the answer.</summary>
    public Func<string, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>What the handler answers.</summary>
    public Func<LifecycleWebhook, Task<WebhookAnswer>> Handle { get; set; } = _ => Task.FromResult(WebhookAnswer.Accepted);

    public List<LifecycleWebhook> Handled { get; } = [];

    public Socket Newest => Sockets[^1];

    public void Start() => _time.Run(() => Server.StartRelay(new Handler(this)));

    public void Run(Action story) => _time.Run(story);

    public void RunFor(double seconds) => _time.RunUntil(() => false, TimeSpan.FromSeconds(seconds));

    public bool IsWithin(double seconds, Func<bool> holds) => _time.RunUntil(holds, TimeSpan.FromSeconds(seconds));

    /// <summary>A signed webhook as it comes over the wire.</summary>
    public RelayedWebhook Signed(string id = "w1", string session = "s1", string type = "session_request", string? sent = null, long withinMs = 5_000, byte[]? key = null)
    {
        var body = $$"""{"type":"{{type}}","sessionId":"{{session}}","packageName":"{{Package}}"}""";
        var timestamp = Now.ToUnixTimeSeconds().ToString();
        var headers = new Dictionary<string, string>
        {
            ["content-type"] = "application/json",
            ["webhook-id"] = id,
            ["webhook-timestamp"] = timestamp,
            ["webhook-signature"] = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key ?? s_key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"))),
        };
        return new RelayedWebhook(headers, sent ?? body, $"ticket-{id}", withinMs);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Negotiations.Add((Now, request.RequestUri!));
        return Task.FromResult(Refuse() ?? new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = JsonContent.Create(new { url = new Uri(request.RequestUri!, "/client"), accessToken = "t", relayed = true }),
        });
    }

    Socket Connect(NegotiateOutcome.Redirect redirect, Action<IRelayConnection, RelayedWebhook> received, ILoggerFactory loggers) => new(this, redirect.Url, received);

    /// <summary>One connection.</summary>
    public sealed class Socket(RelayWorld world, Uri url, Action<IRelayConnection, RelayedWebhook> received) : IRelayConnection
    {
        readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Uri Url => url;

        public Task<string?> Closed => _closed.Task;

        public bool IsClosed => _closed.Task.IsCompleted;

        /// <summary>What was called on it, and when.</summary>
        public List<(DateTimeOffset At, string Method)> Calls { get; } = [];

        public List<RelayAnswerPayload> Answers { get; } = [];

        public IEnumerable<string> Words => Calls.Select(call => call.Method);

        public Task StartAsync(CancellationToken cancellation)
        {
            world.Sockets.Add(this);
            return Task.CompletedTask;
        }

        public Task CallAsync(string method, object argument, CancellationToken cancellation)
        {
            Calls.Add((world.Now, method));
            if (argument is RelayAnswerPayload answer) Answers.Add(answer);
            return world.Answer(method);
        }

        public void Send(RelayedWebhook webhook) => received(this, webhook);

        public void Cut(string? error = null) => _closed.TrySetResult(error);

        public ValueTask DisposeAsync()
        {
            _closed.TrySetResult(null);
            return ValueTask.CompletedTask;
        }
    }

    sealed class Handler(RelayWorld world) : ILifecycleWebhookHandler
    {
        public Task<WebhookAnswer> HandleAsync(LifecycleWebhook webhook, CancellationToken cancellationToken)
        {
            world.Handled.Add(webhook);
            return world.Handle(webhook);
        }
    }
}
