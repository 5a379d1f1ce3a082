using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Platform;

/// <summary>One SignalR connection of the app, its hub protocol spoken by hand: only so can it be closed, and kept silent, in every way.</summary>
sealed partial class HubSocket(WebSocket socket, Scene scene, NegotiateCall origin, Action abort)
{
    static readonly TimeSpan farewell = TimeSpan.FromSeconds(2), crossing = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _turn = new(1, 1);
    readonly List<HubCall> _calls = [];
    readonly List<(TimeSpan At, int Version)> _sets = [];

    /// <summary>The negotiate that led here.</summary>
    public NegotiateCall Origin => origin;

    /// <summary>When it was open, since the scene began.</summary>
    public required TimeSpan OpenedAt { get; init; }

    /// <summary>When it was over, since the scene began; null: it is not.</summary>
    public TimeSpan? ClosedAt { get; private set; }

    /// <summary>When the last ack began to be sent over it; null: none was.</summary>
    public TimeSpan? GreetedAt { get; private set; }

    /// <summary>When the last ack was sent; null: none was.</summary>
    public TimeSpan? AckedAt { get; private set; }

    /// <summary>When the last ping of the app came.</summary>
    public TimeSpan? PingAt { get; private set; }

    /// <summary>The token of its last ack.</summary>
    public string? Token { get; private set; }

    /// <summary>The highest message that was sent over it, or that its ack began behind.</summary>
    public long Highest { get; private set; }

    /// <summary>Whether the doctor still pings.</summary>
    public bool IsSilent { get; set; }

    public bool IsOpen => ClosedAt is null;

    /// <summary>The hub calls so far.</summary>
    public IReadOnlyList<HubCall> Calls
    {
        get
        {
            lock (_calls) return [.. _calls];
        }
    }

    public IEnumerable<HubCall> CallsOf(string method) => Calls.Where(call => call.Method == method);

    /// <summary>The app was told a version of its set of streams.</summary>
    public void HearsSet(int version)
    {
        lock (_calls) _sets.Add((scene.Now, version));
    }

    /// <summary>Whether that was the version told last, or one of those that were told so late that calls and messages may have crossed.</summary>
    public bool IsToldSet(int version, TimeSpan at)
    {
        lock (_calls)
        {
            var known = _sets.FindLastIndex(set => set.At <= at - crossing);
            return _sets.Skip(Math.Max(known, 0)).Any(set => set.Version == version);
        }
    }

    /// <summary>Greets it.</summary>
    public async Task AckAsync(AckTerms? terms = null)
    {
        terms ??= scene.Terms;
        JsonObject ack;
        lock (scene.Gate)
        {
            ack = scene.Book.Ack(origin, terms);
            if (!terms.InitWanted) (GreetedAt, Token) = (scene.Now, scene.Book.NewestToken);
            Highest = Math.Max(Highest, (long)ack["seq"]!);
            HearsSet(scene.Book.SetVersion);
        }
        scene.Tell($"ack on socket {scene.NumberOf(this)}, {(terms.InitWanted ? "init wanted" : scene.Name(Token))}{((bool)ack["resumed"]! ? ", resumed" : "")}");
        await SendAsync("ack", ack);
        // Not before: who waits for the ack sends what has to come behind it.
        if (!terms.InitWanted) AckedAt = scene.Now;
        scene.Pulse();
    }

    /// <summary>Sends a message with the next number, or with that one. Its number.</summary>
    public async Task<long> MessageAsync(JsonNode? body, long? seq = null, bool prompt = false, bool saysMore = false)
    {
        JsonObject message;
        lock (scene.Gate) message = scene.Book.Message(body, seq, prompt);
        if (saysMore) message["weather"] = "rain";
        var number = (long)message["seq"]!;
        Highest = Math.Max(Highest, number);
        await SendAsync("message", message);
        return number;
    }

    /// <summary>Tells the set in force.</summary>
    public Task SubscriptionsAsync(bool accepted)
    {
        JsonObject set;
        lock (scene.Gate)
        {
            set = scene.Book.Set(accepted);
            HearsSet(scene.Book.SetVersion);
        }
        return SendAsync("subscriptions", set);
    }

    /// <summary>Invokes a target of the app.</summary>
    public Task SendAsync(string target, JsonNode argument)
    {
        scene.Run.Sent(target, argument);
        return SendTextAsync(new JsonObject { ["type"] = 1, ["target"] = target, ["arguments"] = new JsonArray(argument) }.ToJsonString() + RecordReader.Separator);
    }

    /// <summary>The close message of SignalR, and the end of the socket behind it.</summary>
    public async Task CloseMessageAsync(string? error = null, bool? allowReconnect = null)
    {
        scene.Tell($"close message on socket {scene.NumberOf(this)}{(error is null ? "" : $": {error}")}{(allowReconnect is null ? "" : $", allowReconnect {allowReconnect}")}");
        var close = new JsonObject { ["type"] = 7 };
        if (error is not null) close["error"] = $"Connection closed with an error: {error}";
        if (allowReconnect is { } allow) close["allowReconnect"] = allow;
        await SendTextAsync(close.ToJsonString() + RecordReader.Separator);
        await CloseFrameAsync(1000, quietly: true);
    }

    /// <summary>The close frame of WebSockets, without a word of SignalR.</summary>
    public async Task CloseFrameAsync(int code, bool quietly = false)
    {
        if (!quietly) scene.Tell($"close frame {code} on socket {scene.NumberOf(this)}");
        await _turn.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(farewell);
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, null, limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The other side was first.
        }
        finally
        {
            _turn.Release();
        }
        // Also for a check whose time is over: its connections are closed like all others.
        await scene.HappensAfterwardsAsync(() => ClosedAt, farewell);
        abort();
    }

    /// <summary>The connection breaks, as code 1006 tells.</summary>
    public void Abort()
    {
        scene.Tell($"socket {scene.NumberOf(this)} is broken off");
        abort();
    }

    /// <summary>Sends text as it is.</summary>
    public async Task SendTextAsync(string text)
    {
        await _turn.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            if (socket.State == WebSocketState.Open) await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone: the receiving side tells.
        }
        finally
        {
            _turn.Release();
        }
    }
}
