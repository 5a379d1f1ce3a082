using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.SignalR;

/// <summary>Takes events to the app, or does with them what a fault says.</summary>
sealed class UpstreamDelivery(SignalRServiceCore core)
{
    static readonly TimeSpan longestHold = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly Dictionary<(string, string), List<UpstreamEvent>> held = [];

    /// <summary>Completes when the connection's next event may go out.</summary>
    public async Task DeliverAsync(UpstreamEvent @event)
    {
        if (core.Upstream is { } upstream && !upstream.Takes(@event.Session.Identity.Hub))
        {
            // Nothing can go wrong with what is not sent: faults wait for the events that are.
            @event.Session.OnAnswer(@event, Unsent(@event));
            return;
        }
        var fault = core.Faults.Next(@event);
        switch (fault?.Kind)
        {
            case UpstreamFaultKind.Lose:
                @event.Session.OnAnswer(@event, null);
                return;
            case UpstreamFaultKind.Delay when fault.KeepOrder:
                await Task.Delay(fault.Delay, core.TimeProvider);
                break;
            case UpstreamFaultKind.Delay:
                _ = SendLaterAsync(@event, fault.Delay, answer: true);
                return;
            case UpstreamFaultKind.Swap:
                Hold(@event, fault.Delay > TimeSpan.Zero ? fault.Delay : longestHold);
                return;
        }
        await SendAsync(@event, answer: true);
        if (fault?.Kind == UpstreamFaultKind.Duplicate)
        {
            await DuplicateAsync(@event, fault);
        }
        foreach (var late in Release(@event.Line))
        {
            await SendAsync(late, answer: true);
        }
    }

    // The answer to a second copy goes nowhere: the client has had one.
    async Task DuplicateAsync(UpstreamEvent @event, UpstreamFault fault)
    {
        if (fault.Delay > TimeSpan.Zero)
        {
            _ = SendLaterAsync(@event, fault.Delay, answer: false);
        }
        else
        {
            await SendAsync(@event, answer: false);
        }
    }

    async Task SendLaterAsync(UpstreamEvent @event, TimeSpan delay, bool answer)
    {
        await Task.Delay(delay, core.TimeProvider);
        await SendAsync(@event, answer);
    }

    void Hold(UpstreamEvent @event, TimeSpan atMost)
    {
        lock (gate)
        {
            if (!held.TryGetValue(@event.Line, out var line))
            {
                held.Add(@event.Line, line = []);
            }
            line.Add(@event);
        }
        _ = ReleaseLaterAsync(@event, atMost);
    }

    async Task ReleaseLaterAsync(UpstreamEvent @event, TimeSpan atMost)
    {
        await Task.Delay(atMost, core.TimeProvider);
        var mine = false;
        lock (gate)
        {
            if (held.TryGetValue(@event.Line, out var line))
            {
                mine = line.Remove(@event);
                if (line.Count == 0)
                {
                    held.Remove(@event.Line);
                }
            }
        }
        if (mine)
        {
            await SendAsync(@event, answer: true);
        }
    }

    List<UpstreamEvent> Release((string, string) line)
    {
        lock (gate)
        {
            return held.Remove(line, out var events) ? events : [];
        }
    }

    async Task SendAsync(UpstreamEvent @event, bool answer)
    {
        var response = await AskAsync(@event);
        if (answer)
        {
            @event.Session.OnAnswer(@event, response);
        }
    }

    // As with the real service: an event that no upstream setting matches is not sent, and nobody can answer a call.
    static UpstreamResponse Unsent(UpstreamEvent @event) => new(@event.Kind == UpstreamEventKind.Message ? 404 : 204, null, default);

    async Task<UpstreamResponse> AskAsync(UpstreamEvent @event)
    {
        if (core.Upstream is not { } upstream)
        {
            return Unsent(@event);
        }
        try
        {
            return await upstream.SendAsync(@event.ToRequest(), CancellationToken.None);
        }
        catch (Exception e)
        {
            // An upstream in process is the app's code; whatever it throws is a failed answer to this event only.
            ServiceLog.UpstreamThrew(core.Logger, e, @event.Session.Identity.Hub, @event.Name, @event.Session.ConnectionId);
            return new(502, null, default);
        }
    }
}
