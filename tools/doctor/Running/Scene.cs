using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Webhooks;

namespace Lifecycle.Doctor.Running;

/// <summary>One app session, in which one check is played: what came of the app, and how it is answered.</summary>
sealed partial class Scene
{
    const int MaxMoments = 200, MaxNegotiates = 5_000;

    readonly List<NegotiateCall> _negotiates = [];
    readonly List<HubSocket> _sockets = [];
    readonly List<Echo> _echoes = [];
    readonly List<Moment> _moments = [];
    readonly List<Scene> _siblings = [];
    readonly long _begunAt;
    TaskCompletionSource _pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);
    (int Negotiates, TimeSpan At) _marked;
    bool _isOver;

    public Scene(Examination run, string sessionId, CancellationToken cancellation)
    {
        (Run, SessionId, Cancellation) = (run, sessionId, cancellation);
        Book = new SessionBook(sessionId, run.Options.PackageName);
        _begunAt = run.Time.GetTimestamp();
        OnOpen = socket => socket.AckAsync();
        OnCall = AnswerAsync;
    }

    public Lock Gate { get; } = new();

    public Examination Run { get; }

    public string SessionId { get; }

    public SessionBook Book { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>How negotiate is answered.</summary>
    public Func<NegotiateCall, NegotiateReply> OnNegotiate { get; set; } = _ => NegotiateReply.Go;

    /// <summary>What happens when a connection is open.</summary>
    public Func<HubSocket, Task> OnOpen { get; set; }

    /// <summary>How hub calls are answered; null: not at all.</summary>
    public Func<HubSocket, HubCall, Task<HubResult?>> OnCall { get; set; }

    /// <summary>What acks say unless they are told otherwise.</summary>
    public AckTerms Terms { get; set; } = new();

    /// <summary>With what SignalR's own negotiate is refused; null: it is not.</summary>
    public int? TransportStatus { get; set; }

    /// <summary>Whether sockets hear nothing, not even the answer to their handshake.</summary>
    public bool IsMute { get; set; }

    public TimeSpan Now => Run.Time.GetElapsedTime(_begunAt);

    public IReadOnlyList<NegotiateCall> Negotiates
    {
        get
        {
            lock (Gate) return [.. _negotiates];
        }
    }

    public IReadOnlyList<HubSocket> Sockets
    {
        get
        {
            lock (Gate) return [.. _sockets];
        }
    }

    public IReadOnlyList<Echo> Echoes
    {
        get
        {
            lock (Gate) return [.. _echoes];
        }
    }

    public IReadOnlyList<Moment> Moments
    {
        get
        {
            lock (Gate) return [.. _moments];
        }
    }

    public int NumberOf(HubSocket socket)
    {
        lock (Gate) return _sockets.IndexOf(socket) + 1;
    }

    public string Name(string? token)
    {
        lock (Gate) return Book.NameOf(token);
    }

    /// <summary>Writes down what happened.</summary>
    public void Tell(string what)
    {
        lock (Gate)
        {
            if (_moments.Count < MaxMoments) _moments.Add(new Moment((long)Now.TotalMilliseconds, what));
        }
        Pulse();
    }

    /// <summary>Something has changed: who waits looks again.</summary>
    public void Pulse()
    {
        TaskCompletionSource pulse;
        lock (Gate) (pulse, _pulse) = (_pulse, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        pulse.TrySetResult();
    }

    public NegotiateReply Negotiated(NegotiateCall call)
    {
        bool isOver;
        lock (Gate)
        {
            call.At = Now;
            isOver = _isOver || _negotiates.Count >= MaxNegotiates;
            if (!isOver) _negotiates.Add(call);
        }
        if (isOver) return NegotiateReply.Refuse(410, "gone");
        var reply = OnNegotiate(call);
        Tell($"negotiate, try {call.AttemptText ?? "?"}, {(call.TakeOverToken is null ? Name(call.ReconnectToken) : "a take-over token")}{(call.LastSeq is { } seq ? $", lastSeq {seq}" : "")}: {reply}");
        return reply;
    }

    public void Opened(HubSocket socket)
    {
        lock (Gate) _sockets.Add(socket);
        Tell($"socket {NumberOf(socket)} is open");
    }

    public void Echoed(Echo echo)
    {
        lock (Gate) _echoes.Add(echo);
        Tell($"the app says that it {echo.What} {echo.N}");
    }

    /// <summary>Another session of the same check.</summary>
    public Scene Sibling()
    {
        var sibling = Run.NewScene($"{SessionId}-{_siblings.Count + 1}", Cancellation);
        _siblings.Add(sibling);
        return sibling;
    }

    /// <summary>Ends it: the app is told to stop what it still has, and is sent away when it comes again.</summary>
    public async Task EndAsync()
    {
        lock (Gate) (_isOver, OnOpen) = (true, EndAsync); // One that was on its way is met as well.
        await Task.WhenAll(Sockets.Where(socket => socket.IsOpen).Select(EndAsync).Concat(_siblings.Select(sibling => sibling.EndAsync())));
    }

    static async Task EndAsync(HubSocket socket)
    {
        await socket.SendAsync("stop", new JsonObject { ["reason"] = "the check is over" });
        await socket.CloseMessageAsync("stopped");
    }

    /// <summary>As Lifecycle answers.</summary>
    public async Task<HubResult?> AnswerAsync(HubSocket socket, HubCall call)
    {
        switch (call.Method)
        {
            case "setSubscriptions" when SetOf(call) is var (streams, version):
                JsonObject set;
                lock (Gate) set = Book.Replace(streams, version);
                socket.HearsSet((int)set["subscriptionsVersion"]!);
                await socket.SendAsync("subscriptions", set);
                return HubResult.Accepted;
            case "init":
                await socket.AckAsync(Terms with { InitWanted = false });
                return HubResult.Accepted;
            case "release" or "done" or "handOver":
                return HubResult.Accepted;
            default:
                return new HubResult(false, "invalid_argument");
        }
    }

    static (string[] Streams, int Version)? SetOf(HubCall call) =>
        call.Argument(0).ValueKind == System.Text.Json.JsonValueKind.Array && call.Argument(1).ValueKind == System.Text.Json.JsonValueKind.Number && call.Argument(1).TryGetInt32(out var version)
            ? ([.. call.Argument(0).EnumerateArray().Select(stream => stream.ValueKind == System.Text.Json.JsonValueKind.String ? stream.GetString()! : "")], version)
            : null;
}
