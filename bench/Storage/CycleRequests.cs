using Lifecycle.Bench.Measuring;

namespace Lifecycle.Bench.Storage;

/// <summary>What each step of a reconnect cycle asks of storage, per session, with the polls that come of it.</summary>
/// <param name="Disconnect">The function reads the app; the session arms its timer.</param>
/// <param name="Reconnect">Negotiation reads the app; the session sends the event of the loss.</param>
/// <param name="Timer">It comes to nothing, but the session sends the event of its return.</param>
/// <param name="ExtraPolls">Polls that find nothing, beyond those of an idle hub, in the whole cycle.</param>
sealed record CycleRequests(RequestCounts Disconnect, RequestCounts Reconnect, RequestCounts Timer, double ExtraPolls)
{
    /// <summary>The grace window of one at a time: the steps before the timer fit into it, and what they leave behind.</summary>
    public static readonly TimeSpan AloneGrace = TimeSpan.FromSeconds(6);

    static readonly TimeSpan settle = TimeSpan.FromSeconds(2);

    /// <summary>All steps.</summary>
    public RequestCounts Cycle => Disconnect.And(Reconnect).And(Timer);

    /// <summary>One session after the other. The app was read longer ago than a host keeps it, each time.</summary>
    public static async Task<CycleRequests> AloneAsync(StorageRig rig, int rounds, double idlePolls)
    {
        var sum = new CycleRequests(RequestCounts.None, RequestCounts.None, RequestCounts.None, 0);
        for (var i = 0; i < rounds; i++)
        {
            var session = i;
            await rig.DuringAsync(SessionShape.Touch, 1, () => rig.Hub.SignalAsync(session, SessionShape.Touch), settle); // it is there already
            var start = Clock.Now;
            var disconnect = await rig.DuringAsync(SessionShape.Disconnected, 1, () => ReadAndTellAsync(rig, session, SessionShape.Disconnected), settle);
            var reconnect = await rig.DuringAsync(SessionShape.Connected, 1, () => ReadAndTellAsync(rig, session, SessionShape.Connected), settle);
            var timer = await rig.DuringAsync(SessionShape.Timer, 1, () => Task.CompletedTask, settle);
            sum = sum.And(disconnect, reconnect, timer, Clock.Since(start).TotalSeconds * idlePolls);
        }

        return sum.Per(rounds);
    }

    /// <summary>All sessions at once: what they have in common they share, and the app was read for others a moment ago.</summary>
    public static async Task<CycleRequests> TogetherAsync(StorageRig rig, int sessions, double idlePolls)
    {
        await StepAsync(SessionShape.Touch);
        var (start, timers) = (Clock.Now, rig.Shape.Ran(SessionShape.Timer));
        var (disconnect, reconnect) = (await StepAsync(SessionShape.Disconnected), await StepAsync(SessionShape.Connected));
        var timer = await rig.DuringAsync(SessionShape.Timer, sessions, () => Task.CompletedTask, settle, timers); // a slow machine has seen some already
        var sum = new CycleRequests(RequestCounts.None, RequestCounts.None, RequestCounts.None, 0);
        return sum.And(disconnect, reconnect, timer, Clock.Since(start).TotalSeconds * idlePolls).Per(sessions);

        Task<RequestCounts> StepAsync(string operation) => rig.DuringAsync(
            operation, sessions, () => Clock.ForEachAsync(sessions, atOnce: 32, i => rig.Hub.SignalAsync(i, operation)), settle);
    }

    static async Task ReadAndTellAsync(StorageRig rig, int session, string operation)
    {
        await rig.Hub.ReadAsync(session);
        await rig.Hub.SignalAsync(session, operation);
    }

    CycleRequests And(RequestCounts disconnect, RequestCounts reconnect, RequestCounts timer, double idle) => new(
        Disconnect.And(disconnect.Working), Reconnect.And(reconnect.Working), Timer.And(timer.Working),
        ExtraPolls + disconnect.Polls + reconnect.Polls + timer.Polls - idle);

    CycleRequests Per(int many) => new(Disconnect.Per(many), Reconnect.Per(many), Timer.Per(many), ExtraPolls / many);
}
