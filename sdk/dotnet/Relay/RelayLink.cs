using Lifecycle.Sdk.Negotiation;
using Lifecycle.Sdk.Sessions;
using Lifecycle.Sdk.Webhooks;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Relay;

/// <summary>
/// This process's connection to one Lifecycle over which webhooks come: opened, kept, and opened again after every loss, whatever the reason. Nothing is
/// final for it: whoever has no connection gets no webhook, and an app may be registered after its processes are up.
/// </summary>
sealed partial class RelayLink(SessionContext context, ConnectRelay connect, Uri address, WebhookIntake intake, ShutdownGate gate)
{
    /// <summary>How often it says that it is there, give or take a fifth: what Lifecycle has lost of it, it has again after that.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromMinutes(1);

    /// <summary>A connection that is lost sooner makes the next one come later.</summary>
    static readonly TimeSpan Stable = TimeSpan.FromSeconds(2);

    static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop waits for handlers that run and answers that are on their way.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    readonly ILogger _logger = context.Loggers.CreateLogger<RelayLink>();
    readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HashSet<Task> _answering = [];
    readonly CancellationTokenSource _ending = new();
    Task _running = Task.CompletedTask;
    string? _lastRefusal;
    volatile bool _isReady;

    /// <summary>The Lifecycle that it leads to.</summary>
    public Uri Address => address;

    /// <summary>Whether Lifecycle has heard over the connection of this moment that webhooks are taken.</summary>
    public bool IsReady => _isReady;

    /// <summary>Begins; once.</summary>
    public void Start() => _running = RunAsync();

    bool IsLeaving => gate.IsClosed || _stopping.Task.IsCompleted;

    /// <summary>
    /// Says that it leaves, lets what was asked be answered, for at most <see cref="StopLimit"/>, closes the connection, and makes no other. May be called again.
    /// </summary>
    /// <param name="over">Closes it now.</param>
    public async Task StopAsync(CancellationToken over)
    {
        _stopping.TrySetResult();
        if (_isReady) await FinishAsync().WaitAsync(StopLimit, context.Time, over).Quietly();
        await _ending.CancelAsync();
        await _running.Quietly();
    }

    async Task FinishAsync()
    {
        await _left.Task;
        while (Answering() is { Length: > 0 } answering) await Task.WhenAll(answering);
    }

    Task[] Answering()
    {
        lock (_answering) return [.. _answering];
    }

    async Task RunAsync()
    {
        await Task.Yield(); // Off the stack of whoever starts it.
        var schedule = ReconnectSchedule.ForAttach();
        var (lostAt, flaps) = (context.Time.GetTimestamp(), 0);
        RefusedAttempt? last = null;
        // Who leaves and loses its connection is asked no more in any case.
        while (!_ending.IsCancellationRequested && !IsLeaving)
        {
            var step = NextStep(schedule, context.Time.GetElapsedTime(lostAt), last);
            schedule = step.Rest;
            await Task.WhenAny(Task.Delay(step.Delay, context.Time, _ending.Token), gate.Closed, _stopping.Task).Quietly();
            if (_ending.IsCancellationRequested || IsLeaving) break;
            var (refusal, served) = await AttemptAsync(step.Budget);
            last = refusal;
            if (served is not { } lasted) continue;
            flaps = lasted >= Stable ? 0 : flaps + 1;
            lostAt = context.Time.GetTimestamp();
            schedule = ReconnectSchedule.ForReconnect(WireRules.DefaultGrace, flaps, context.Random);
        }
    }

    ReconnectStep NextStep(ReconnectSchedule schedule, TimeSpan elapsed, RefusedAttempt? last) =>
        last is { Code: RefusalCode.ServiceAway, RetryAfter: { } slot }
            ? schedule.NextInSlot(elapsed, slot, context.Random)
            : schedule.Next(elapsed, last?.RetryAfter, context.Random);

    // Negotiates, opens, says that it is ready, and serves until the connection is lost; for how long, when it came so far.
    async Task<(RefusedAttempt? Refusal, TimeSpan? Served)> AttemptAsync(TimeSpan? budget)
    {
        var timeout = budget < context.Options.AttemptTimeout ? budget.Value : context.Options.AttemptTimeout;
        using var clock = new AwakeTimeout(timeout, context.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, clock.Token);
        IRelayConnection? connection = null;
        try
        {
            var outcome = await context.Negotiator.NegotiateRelayAsync(address, limit.Token).WaitAsync(limit.Token);
            if (outcome is not NegotiateOutcome.Redirect redirect) return (Refused(outcome), null);
            if (redirect.IsRelayed == false) LogNotRelayed(context.Options.PackageName);
            connection = connect(redirect, OnWebhook, context.Loggers);
            await connection.StartAsync(limit.Token).WaitAsync(limit.Token);
            await CallAsync(connection, "ready").WaitAsync(limit.Token);
            return (null, await ServeAsync(connection));
        }
        catch (Exception e) when (!_ending.IsCancellationRequested)
        {
            return (Refused(clock.IsCancellationRequested
                ? new RefusedAttempt(RefusalCode.Timeout, $"no connection within {timeout}")
                : new RefusedAttempt(e is HubCallException { Code: var code } ? code : RefusalCode.Network, e.Message)), null);
        }
        catch (Exception)
        {
            return (null, null); // It ends.
        }
        finally
        {
            if (connection is not null) await CloseAsync(connection);
        }
    }

    async Task<TimeSpan> ServeAsync(IRelayConnection connection)
    {
        var readyAt = context.Time.GetTimestamp();
        (_isReady, _lastRefusal) = (true, null);
        LogReady(context.Options.PackageName, address);
        try
        {
            await SayAsync(connection);
        }
        catch (Exception e) when (!_ending.IsCancellationRequested)
        {
            // Whoever is not heard has no connection, whatever the socket believes.
            if (IsLeaving) LogLeavingUnheard(context.Options.PackageName, e.Message);
            else LogUnheard(context.Options.PackageName, e.Message);
        }
        finally
        {
            _isReady = false;
            if (IsLeaving) _left.TrySetResult();
        }
        if (!_ending.IsCancellationRequested && !IsLeaving) LogLost(context.Options.PackageName, address, connection.Closed.IsCompletedSuccessfully ? connection.Closed.Result : null);
        return context.Time.GetElapsedTime(readyAt);
    }

    // Until the connection is lost, or it ends.
    async Task SayAsync(IRelayConnection connection)
    {
        var saidSo = false;
        while (!connection.Closed.IsCompleted)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            var pause = Task.Delay(Refresh * (0.8 + (0.4 * context.Random())), context.Time, waiting.Token);
            await Task.WhenAny(connection.Closed, pause, saidSo ? pause : gate.Closed, saidSo ? pause : _stopping.Task);
            waiting.Cancel();
            if (_ending.IsCancellationRequested || connection.Closed.IsCompleted) return;
            if (saidSo) continue; // once: from then on nobody is to hear that it is ready
            saidSo = IsLeaving;
            await CallAsync(connection, saidSo ? "leaving" : "ready");
            if (saidSo) _left.TrySetResult();
        }
    }

    Task CallAsync(IRelayConnection connection, string word) =>
        connection.CallAsync(word, new RelayWord(), _ending.Token).WaitAsync(context.Options.CallTimeout, context.Time, _ending.Token);

    void OnWebhook(IRelayConnection connection, RelayedWebhook webhook) => _ = TakeAsync(connection, webhook);

    async Task TakeAsync(IRelayConnection connection, RelayedWebhook webhook)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_answering) _answering.Add(answered.Task);
        try
        {
            await AnswerAsync(connection, webhook);
        }
        finally
        {
            lock (_answering) _answering.Remove(answered.Task);
            answered.SetResult();
        }
    }

    async Task AnswerAsync(IRelayConnection connection, RelayedWebhook webhook)
    {
        var receivedAt = context.Time.GetTimestamp();
        await Task.Yield(); // Off the receive loop: the next one need not wait for the handler of this one.
        var response = await ResponseToAsync(webhook);
        if (webhook.WithinMs > 0 && context.Time.GetElapsedTime(receivedAt) > TimeSpan.FromMilliseconds(webhook.WithinMs)) return;
        try
        {
            await connection.CallAsync("answer", RelayAnswerPayload.Of(webhook, response), _ending.Token)
                .WaitAsync(context.Options.CallTimeout, context.Time, _ending.Token);
        }
        catch (Exception e)
        {
            // Lifecycle asks again, under the same id, and is answered the same.
            LogUnanswered(context.Options.PackageName, e.Message);
        }
    }

    // What fails is answered all the same, or whoever waits takes this process for one that does not answer.
    async Task<WebhookResponse> ResponseToAsync(RelayedWebhook webhook)
    {
        try
        {
            return await intake.TakeAsync(() => Task.FromResult(webhook.Read()));
        }
        catch (Exception e)
        {
            LogUntaken(context.Options.PackageName, e);
            return WebhookIntake.Failed;
        }
    }

    async Task CloseAsync(IRelayConnection connection) =>
        await connection.DisposeAsync().AsTask().WaitAsync(CloseLimit, context.Time).Quietly();

    RefusedAttempt Refused(NegotiateOutcome outcome) => Refused(outcome switch
    {
        NegotiateOutcome.Retry retry => retry.Refusal,
        NegotiateOutcome.Refused refused => new RefusedAttempt($"{refused.Reason.Kind}".ToLowerInvariant(), refused.Reason.Detail ?? ""),
        _ => throw new InvalidOperationException("Unknown negotiate outcome"),
    });

    // Told once each time that it changes: it may stay so for days.
    RefusedAttempt Refused(RefusedAttempt refusal)
    {
        if (_lastRefusal != refusal.Code) LogRefused(context.Options.PackageName, address, refusal.Code, refusal.Detail);
        _lastRefusal = refusal.Code;
        return refusal;
    }
}
