using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Webhooks;

namespace Lifecycle.Doctor.Running;

/// <summary>What checks do and expect.</summary>
sealed partial class Scene
{
    /// <summary>A webhook for this session.</summary>
    public WebhookDraft Draft(string type = "session_request") => new(type, SessionId, Run.Options.PackageName, Run.Time.GetUtcNow());

    /// <summary>Sends a webhook.</summary>
    public async Task<WebhookAnswer> SendAsync(WebhookDraft draft, string? what = null)
    {
        Tell($"webhook {what ?? (string?)draft.Body["type"]}");
        var answer = await Run.Caller.SendAsync(draft, Cancellation);
        Tell($"webhook answered: {answer}");
        return answer;
    }

    /// <summary>Sends a webhook that must be accepted.</summary>
    public async Task<WebhookAnswer> AskAsync(string type = "session_request", string? takeOverToken = null, string? leaving = null)
    {
        var draft = Draft(type);
        if (takeOverToken is not null) (draft.Body["takeOverToken"], draft.Body["leaving"]) = (takeOverToken, leaving ?? "another-process");
        var answer = await SendAsync(draft);
        Require(answer.IsAccepted, $"the {type} answered 2xx", $"{answer}");
        return answer;
    }

    /// <summary>Starts the session; its first connection, greeted.</summary>
    public async Task<HubSocket> AttachAsync()
    {
        await AskAsync();
        var socket = await AttachedAsync(1);
        Mark();
        return socket;
    }

    /// <summary>The connection of that number, when it has its ack.</summary>
    public Task<HubSocket> AttachedAsync(int number, TimeSpan? within = null, string? expected = null) => WaitAsync(
        expected ?? (number == 1 ? "a connection" : "a new connection"), within ?? (number == 1 ? Limits.Attach : Limits.Back),
        () => Sockets.ElementAtOrDefault(number - 1) is { AckedAt: not null } socket ? socket : null);

    /// <summary>The negotiate of that number.</summary>
    public Task<NegotiateCall> NegotiateAsync(int number, TimeSpan? within = null, string? expected = null) =>
        WaitAsync(expected ?? "a call of negotiate", within ?? Limits.Back, () => Negotiates.ElementAtOrDefault(number - 1));

    /// <summary>The first hub call of that name that holds.</summary>
    public Task<HubCall> CallAsync(HubSocket socket, string method, TimeSpan? within = null, Func<HubCall, bool>? holds = null, string? expected = null) =>
        WaitAsync(expected ?? $"the hub call {method}", within ?? Limits.Soon, () => socket.CallsOf(method).FirstOrDefault(call => holds?.Invoke(call) ?? true));

    /// <summary>Until the app has closed the connection.</summary>
    public Task ClosedAsync(HubSocket socket, TimeSpan within, string expected) => WaitAsync(expected, within, () => socket.ClosedAt is { } at ? (object)at : null);

    /// <summary>Until the app tells that it has handled the message to which the doctor gave that number.</summary>
    public Task<Echo> HandledAsync(int n, TimeSpan? within = null) =>
        WaitAsync($"message {n} handled", within ?? Limits.Soon, () => Echoes.FirstOrDefault(echo => echo.What == "handled" && echo.N == n));

    /// <summary>The numbers of the messages that the app has handled, in order.</summary>
    public IReadOnlyList<int> Handled => [.. Echoes.Where(echo => echo.What == "handled").Select(echo => echo.N ?? -1)];

    /// <summary>
    /// Until the app has taken what was sent over the connection: where it speaks the contract it tells so, else a second has to do. A loss, or a webhook, that
    /// overtakes an ack is another story than the one that a check plays.
    /// </summary>
    public async Task SettleAsync(HubSocket socket, TimeSpan? within = null)
    {
        if (!Run.SpeaksContract)
        {
            await PauseAsync(Limits.Seconds(1));
            return;
        }
        var count = Echoes.Count(echo => echo.What == "published");
        await socket.SendAsync("doctor", new JsonObject { ["settled"] = count });
        await HappensAsync(() => Echoes.Count(echo => echo.What == "published") > count ? this : null, within ?? Limits.Seconds(5));
    }

    /// <summary>Starts the session; its first connection, whose ack the app has taken.</summary>
    public async Task<HubSocket> SettledAsync()
    {
        var socket = await AttachAsync();
        await SettleAsync(socket);
        Mark();
        return socket;
    }

    /// <summary>Lets time pass.</summary>
    public Task PauseAsync(TimeSpan time) => Task.Delay(time, Run.Time, Cancellation);

    /// <summary>The calls of negotiate so far are as they should be: a further one is one too many for <see cref="QuietAsync"/>.</summary>
    public void Mark() => _marked = (Negotiates.Count, Now);

    /// <summary>Lets time pass in which no call of negotiate may come beyond those that were there when the session was attached, or at the last mark.</summary>
    public async Task QuietAsync(TimeSpan during, string expected)
    {
        var (before, since) = _marked;
        await HappensAsync(() => Negotiates.Count > before ? (object)Negotiates : null, during);
        if (Negotiates.Count > before) Fail(expected, $"a call of negotiate {Ms(Negotiates[before].At - since)} later");
        Seen = $"no call of negotiate for {during.TotalSeconds:0.#} s";
    }

    /// <summary>Waits until it is so; fails when it is not in time.</summary>
    public async Task<T> WaitAsync<T>(string expected, TimeSpan within, Func<T?> look)
        where T : class
    {
        if (await HappensAsync(() => look(), within) is { } found) return found;
        throw new CheckFailedException($"{expected} within {within.TotalSeconds:0.#} s", $"none {Last()}");
    }

    /// <summary>Waits until it is so or the time is over.</summary>
    public Task<T?> HappensAsync<T>(Func<T?> look, TimeSpan within) => HappensAsync(look, within, Cancellation);

    /// <summary>The same, whether or not the check is over.</summary>
    public Task<T?> HappensAfterwardsAsync<T>(Func<T?> look, TimeSpan within) => HappensAsync(look, within, CancellationToken.None);

    async Task<T?> HappensAsync<T>(Func<T?> look, TimeSpan within, CancellationToken cancellation)
    {
        var since = Run.Time.GetTimestamp();
        while (true)
        {
            Task pulse;
            lock (Gate) pulse = _pulse.Task;
            if (look() is { } found) return found;
            var left = within - Run.Time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero) return default;
            await pulse.WaitAsync(left, Run.Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public void Require(bool holds, string expected, string seen)
    {
        if (!holds) Fail(expected, seen);
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void Fail(string expected, string seen) => throw new CheckFailedException(expected, seen);

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void Skip(string why) => throw new CheckSkippedException(why);

    /// <summary>A message of the doctor contract.</summary>
    public static JsonObject Contract(string what, int n) => new() { ["doctor"] = what, ["n"] = n };

    public static string Ms(TimeSpan time) => $"{time.TotalMilliseconds:0} ms";

    public static string List<T>(IEnumerable<T> values) => string.Join(", ", values) is { Length: > 0 } text ? text : "none";

    /// <summary>What was seen, for the report; null: the last moment says it.</summary>
    public string? Seen { get; set; }

    /// <summary>Whether it has said that the process may be told to leave.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Waits until the app's process has been told to leave.</summary>
    public async Task LeaveAsync()
    {
        IsReady = true;
        await Run.Leaving!.ReadyAsync().WaitAsync(Cancellation);
        Tell("the process was told to leave");
    }

    public string LastSeen() => Moments.LastOrDefault() is { } moment ? moment.What : "nothing";

    string Last() => Moments.LastOrDefault() is { } moment ? $"(last at {moment.AtMs} ms: {moment.What})" : "(nothing came of the app)";
}
