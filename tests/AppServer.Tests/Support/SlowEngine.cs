using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lifecycle.Sdk.Negotiation;
using Lifecycle.Sdk.Sessions;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests.Support;

/// <summary>
/// Lifecycle with a durable engine that has one queue and so many work items per second. It knows how late it is as the server does: by a pulse
/// that goes through the queue.
/// </summary>
sealed class SlowEngine(TimeProvider time, Func<double> random) : HttpMessageHandler
{
    const int ItemsOfConnect = 10, ItemsOfLoss = 5;
    static readonly TimeSpan PulseEvery = TimeSpan.FromSeconds(5);

    static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web);
    static readonly TimeSpan Known = TimeSpan.FromSeconds(30);

    DateTimeOffset _freeAt, _pulseSent, _pulseDone, _answeredAt;
    TimeSpan _answered;

    /// <summary>Work items per second.</summary>
    public double Speed { get; set; } = double.PositiveInfinity;

    /// <summary>By how much every ack is late besides.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>False for a server that knows nothing of <c>ackWithinMs</c>.</summary>
    public bool Promises { get; set; } = true;

    /// <summary>What it believes of its lag; null: what the pulse shows.</summary>
    public TimeSpan? Believes { get; set; }

    /// <summary>So many connections from now on never open, whatever is cancelled.</summary>
    public int Hangs { get; set; }

    /// <summary>Opening a connection fails with this; null: it opens.</summary>
    public string? OpenError { get; set; }

    /// <summary>The SignalR service is away, and whoever asks is told to come after so many seconds; null: it is there.</summary>
    public int? AwayFor { get; set; }

    /// <summary>Nobody answers negotiate.</summary>
    public bool IsUnreachable { get; set; }

    /// <summary>The version of the wire; before 2 nothing is said of it.</summary>
    public int Version { get; set; } = 2;

    /// <summary>How long an ack gives a hand-over, in milliseconds.</summary>
    public int HandOverMs { get; set; } = 25_000;

    /// <summary>Whether an ack says that the state was kept.</summary>
    public bool Resumes { get; set; } = true;

    /// <summary>The number that an ack says.</summary>
    public long Seq { get; set; }

    /// <summary>What is done with a hub call; one that is not to be answered does not end.</summary>
    public Func<HubCall, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>Answers negotiate in its own way when it gives something.</summary>
    public Func<Try, HttpResponseMessage?> Refusal { get; set; } = _ => null;

    public List<HubCall> Calls { get; } = [];

    /// <summary>What negotiate was told of the try, and when.</summary>
    public List<Try> Tries { get; } = [];

    public int Negotiations { get; private set; }
    public int Busy { get; private set; }
    public List<Socket> Sockets { get; } = [];

    public IConnection Connect(NegotiateOutcome.Redirect redirect, IConnectionEvents events, IEnumerable<string> targets, ILoggerFactory loggers) =>
        new Socket(this, events);

    /// <summary>Cuts every connection.</summary>
    public void CutAll()
    {
        foreach (var socket in Sockets.ToArray()) socket.Lose();
        (Negotiations, Busy) = (0, 0);
        Sockets.Clear();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Negotiations++;
        Tries.Add(Try.Of(request, time.GetUtcNow()));
        if (Refusal(Tries[^1]) is { } refusal) return refusal;
        if (IsUnreachable) throw new HttpRequestException("connection refused");
        if (AwayFor is { } seconds) return Refuse("service_away", seconds);
        var lag = Believes ?? Lag();
        if (Promises && lag >= TimeSpan.FromMinutes(1)) return RefuseFor(Math.Min(30, lag.TotalSeconds / 4) * (1 + random()));
        var answer = new Dictionary<string, object> { ["url"] = "http://fake/client", ["accessToken"] = "t" };
        if (Promises) answer["ackWithinMs"] = (long)Math.Clamp((2 * lag.TotalMilliseconds) + 3_000, 5_000, 120_000);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(answer) };
    }

    HttpResponseMessage RefuseFor(double seconds)
    {
        Busy++;
        return Refuse("engine_busy", seconds);
    }

    static HttpResponseMessage Refuse(string code, double seconds)
    {
        var response = Problem(503, code);
        response.Headers.Add("Retry-After", $"{Math.Ceiling(seconds)}");
        return response;
    }

    public static HttpResponseMessage Problem(int status, string code)
    {
        var problem = JsonSerializer.Serialize(new { type = $"urn:lifecycle:problem:{code}", status });
        return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(problem, null, "application/problem+json") };
    }

    // The last pulse that came back counts for a while; one that is under way has taken at least as long as it was seen to.
    TimeSpan Lag()
    {
        var now = time.GetUtcNow();
        if (now >= _pulseDone && now - _pulseSent >= PulseEvery)
        {
            (_answeredAt, _answered) = (_pulseDone, _pulseDone - _pulseSent);
            (_pulseSent, _pulseDone) = (now, Work(1) + Delay);
        }
        var known = now - _answeredAt <= Known ? _answered : TimeSpan.Zero;
        var seen = (now < _pulseDone ? now : _pulseDone) - _pulseSent;
        return known > seen ? known : seen;
    }

    DateTimeOffset Work(int items)
    {
        var now = time.GetUtcNow();
        return _freeAt = (_freeAt > now ? _freeAt : now) + TimeSpan.FromSeconds(items / Speed);
    }

    /// <summary>What a call of negotiate said of the try that it belongs to.</summary>
    internal sealed record Try(int Number, bool ConnectRefused, DateTimeOffset At)
    {
        public string? TakeOverToken { get; init; }
        public string Version { get; init; } = "";
        public string Host { get; init; } = "";
        public JsonElement Body { get; init; }
        public string? Token => Body.TryGetProperty("reconnectToken", out var token) ? token.GetString() : null;

        // Not awaited: virtual time would go on meanwhile.
        public static Try Of(HttpRequestMessage request, DateTimeOffset at) =>
            new(int.Parse(request.Headers.GetValues("x-lifecycle-attempt").Single()), request.Headers.Contains("x-lifecycle-connect-refused"), at)
            {
                TakeOverToken = request.Headers.TryGetValues("x-lifecycle-take-over-token", out var tokens) ? tokens.Single() : null,
                Version = request.Headers.GetValues("x-lifecycle-version").Single(),
                Host = request.RequestUri!.Host,
                Body = JsonSerializer.Deserialize<JsonElement>(request.Content!.ReadAsStream()),
            };

        public override string ToString() => ConnectRefused ? $"{Number} refused" : $"{Number}";
    }

    /// <summary>A hub call, with its argument as it goes over the wire.</summary>
    internal sealed record HubCall(Socket Socket, string Method, string Argument, DateTimeOffset At)
    {
        public override string ToString() => Argument.Length == 0 ? Method : $"{Method} {Argument}";
    }

    internal sealed class Socket(SlowEngine engine, IConnectionEvents events) : IConnection
    {
        readonly TaskCompletionSource _acked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Acked => _acked.Task;
        public Task<string?> Closed => _closed.Task;
        public bool IsLost => _closed.Task.IsCompleted;

        public async Task StartAsync(CancellationToken cancellation)
        {
            await Task.Yield();
            if (engine.OpenError is { } error) throw new IOException(error);
            if (engine.Hangs-- > 0) await new TaskCompletionSource().Task;
            engine.Sockets.Add(this);
            var due = engine.Work(ItemsOfConnect) + engine.Delay - engine.Time.GetUtcNow();
            _ = AckAsync(due);
        }

        public void Lose() => Lose(null);

        public void Lose(string? error)
        {
            if (_closed.TrySetResult(error)) engine.Work(ItemsOfLoss);
        }

        async Task AckAsync(TimeSpan due)
        {
            await Task.Delay(due, engine.Time);
            if (_closed.Task.IsCompleted) return;
            Ack();
        }

        public void Ack()
        {
            var (version, handOver) = engine.Version > 1 ? ((int?)engine.Version, (int?)engine.HandOverMs) : (null, null);
            var ack = new AckPayload(
                "s", "p", "RUNNING", engine.Resumes, 1, "c", [], 1, $"t{engine.Sockets.IndexOf(this) + 1}", 0, engine.Seq, 6_000, false, null, version, handOver);
            if (events.OnAck(this, ack)) _acked.TrySetResult();
        }

        public void Message(long seq, bool prompt = false) => events.OnMessage(this, new MessagePayload(seq, JsonSerializer.SerializeToElement($"m{seq}"), prompt));

        public void Publish(string target) => events.OnTarget(this, target, default);

        public void Tell() => events.OnTell(this);

        public void Supersede(bool handedOver = true) => events.OnSuperseded(this, handedOver);

        public void Move(long afterMs, string? url = null) => events.OnMove(this, new MovePayload(afterMs, url));

        public void Listen(string target)
        {
        }

        public Task CallAsync(string method, object?[] arguments, CancellationToken cancellation)
        {
            var argument = arguments.Length == 0 ? "" : JsonSerializer.Serialize(arguments[0], Wire);
            var call = new HubCall(this, method, argument, engine.Time.GetUtcNow());
            engine.Calls.Add(call);
            return engine.Answer(call).WaitAsync(cancellation);
        }

        public ValueTask DisposeAsync()
        {
            Lose();
            return default;
        }
    }

    TimeProvider Time => time;
}
