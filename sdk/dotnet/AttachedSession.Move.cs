using Lifecycle.Sdk.Sessions;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk;

/// <summary>Moving: attached at the new place first, and gone from the old one after.</summary>
public sealed partial class AttachedSession
{
    /// <summary>A move that does not come about is given up; Lifecycle may say it again.</summary>
    const int MoveTries = 8;

    static readonly TimeSpan LongestMoveWait = TimeSpan.FromHours(1);

    TaskCompletionSource _moveDue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Uri _address;
    Place? _wish;
    Place? _moving;
    IConnection? _candidate;
    bool _isSupersededInMove;
    long _newestMove;

    /// <summary>Base address of the Lifecycle that the session is attached to.</summary>
    internal Uri Address
    {
        get
        {
            lock (_gate) return _address;
        }
    }

    void IConnectionEvents.OnMove(IConnection connection, MovePayload payload)
    {
        Place place;
        long number;
        lock (_gate)
        {
            if (_connection != connection || _end is not null || _isLeaving || _isHandedOver) return;
            if (PlaceOf(payload.Url) is not { } told)
            {
                LogNoPlace(SessionId);
                return;
            }
            (place, number) = (told, ++_newestMove);
        }
        var after = TimeSpan.FromMilliseconds(Math.Clamp(payload.AfterMs ?? 0, 0, LongestMoveWait.TotalMilliseconds));
        _ = MoveLaterAsync(connection, place, number, after);
    }

    // The API key goes there: to nothing that could not be configured, and never out of TLS.
    Place? PlaceOf(string? url)
    {
        if (url is null) return new Place(_address, IsOther: false);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !WireRules.IsBaseAddress(address)) return null;
        if (_address.Scheme == Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttps) return null;
        return new Place(address, WireRules.NegotiateUrl(address) != WireRules.NegotiateUrl(_address));
    }

    async Task MoveLaterAsync(IConnection connection, Place place, long number, TimeSpan after)
    {
        await Task.Delay(after, _context.Time, _ending.Token).Quietly();
        lock (_gate)
        {
            if (_end is not null || _isLeaving || _isHandedOver || number != _newestMove) return;
            // A connection that was lost meanwhile came back by negotiate: at the same place that was the move.
            if (!place.IsOther && _connection != connection) return;
            _wish = place;
            _moveDue.TrySetResult();
        }
    }

    /// <summary>Puts a connection at the new place behind the one that stands, which serves until the ack. The answer is the one that stands then.</summary>
    async Task<IConnection> MoveAsync(IConnection old)
    {
        if (BeginMove() is not { } place) return old;
        LogMoves(SessionId, $"{place}");
        try
        {
            if (await AttachAtAsync(old) is not { } moved) return old;
            LogMoved(SessionId, $"{place}");
            _closing = Task.WhenAll(_closing, LeaveOldPlaceAsync(old, place.IsOther));
            if (place.IsOther) _context.Moved();
            return moved;
        }
        finally
        {
            EndMove();
        }
    }

    /// <summary>The new connection, or null: the session stays where it is.</summary>
    async Task<IConnection?> AttachAtAsync(IConnection old)
    {
        var schedule = ReconnectSchedule.ForAttach();
        var begunAt = _context.Time.GetTimestamp();
        var last = new Attempt();
        for (var tries = 0; tries < MoveTries; tries++)
        {
            var step = NextStep(schedule, _context.Time.GetElapsedTime(begunAt), last.Refusal);
            schedule = step.Rest;
            await WaitAsync(ShouldHurry(last.Refusal) ? TimeSpan.Zero : step.Delay, old.Closed);
            if (old.Closed.IsCompleted || IsToStay) break;
            last = await AttemptBesideAsync(old, step.Budget);
            if (last.Connection is not null) return last.Connection;
            // A final word of the new place is about the new place.
            if (last.Ended is not null) break;
        }
        LogStays(SessionId, $"{_moving}", $"{last.Ended?.ToString() ?? last.Refusal?.Detail ?? "the connection was lost before"}");
        return null;
    }

    // Who loses the old connection has a grace window there, and no time for another place that lets it wait; a new connection to the same place is the way back.
    async Task<Attempt> AttemptBesideAsync(IConnection old, TimeSpan? budget)
    {
        var attempt = AttemptInTurnAsync(budget);
        await Task.WhenAny(attempt, old.Closed);
        if (!attempt.IsCompleted && _moving is { IsOther: true }) await GiveUpCandidateAsync();
        return await attempt;
    }

    async Task GiveUpCandidateAsync()
    {
        IConnection? candidate;
        lock (_gate)
        {
            candidate = _candidate;
            _ = _opening?.CancelAsync();
        }
        if (candidate is not null) await CloseAsync(candidate);
    }

    // A process that leaves, or that has been replaced, goes nowhere else.
    bool IsToStay
    {
        get
        {
            lock (_gate) return _isLeaving || _isHandedOver;
        }
    }

    // The token is the old place's; where it is not known the hint and the instance id have to do, and the old place may still ask for it.
    bool ShouldHurry(RefusedAttempt? refusal)
    {
        if (refusal is not { IsAboutToken: true } || _moving is not { IsTokenRefused: false } place) return false;
        lock (_gate) _moving = place with { IsTokenRefused = true };
        return true;
    }

    Place? BeginMove()
    {
        lock (_gate)
        {
            if (_moveDue.Task.IsCompleted) _moveDue = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_moving, _wish, _isSupersededInMove) = (_wish, null, false);
            return _moving;
        }
    }

    void EndMove()
    {
        bool isSuperseded;
        lock (_gate) (_moving, isSuperseded, _isSupersededInMove) = (null, _isSupersededInMove && _moving?.IsReached != true, false);
        if (isSuperseded) _ = EndAsync(new EndReason(EndKind.Superseded));
    }

    // Under the lock: the ack of the new place.
    void ArriveNeedsLock(IConnection connection)
    {
        (_connection, _candidate, _address) = (connection, null, _moving!.Address);
        _moving = _moving with { IsReached = true };
        // Whoever asked for another connection has one.
        if (_renewal.Task.IsCompleted) _renewal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    async Task LeaveOldPlaceAsync(IConnection old, bool isOther)
    {
        using var clock = new CancellationTokenSource(CloseLimit, _context.Time);
        try
        {
            // Or the old place would see a loss, and resurrect what lives elsewhere.
            if (isOther) await SayReleaseAsync(old, clock.Token);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or TimeoutException or HubCallException or HubException)
        {
            LogGoodbyeFailed(SessionId, e.Message);
        }
        await CloseAsync(old);
    }

    /// <summary>Where a session is to go.</summary>
    /// <param name="Address">Base address of a Lifecycle.</param>
    /// <param name="IsOther">False: a new connection to the same one.</param>
    sealed record Place(Uri Address, bool IsOther)
    {
        /// <summary>Whether the new place does not know the token.</summary>
        public bool IsTokenRefused { get; init; }

        /// <summary>Whether the ack of the new place has come.</summary>
        public bool IsReached { get; init; }

        public override string ToString() => IsOther ? Address.AbsoluteUri : "a new connection";
    }
}
