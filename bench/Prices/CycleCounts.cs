using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Prices;

/// <summary>What a reconnect cycle needs: a socket is lost, comes back in the grace window, and the grace timer comes to nothing.</summary>
/// <param name="Signals">Durable signals due at once.</param>
/// <param name="Scheduled">Durable signals due later: the timer.</param>
/// <param name="Operations">Entity operations that were run.</param>
/// <param name="ClientReads">States that a client read.</param>
/// <param name="Events">Events published to the platform's queue.</param>
/// <param name="ServiceEvents">Upstream events of the SignalR service: <c>disconnected</c>, <c>connected</c>.</param>
/// <param name="HttpCalls">Calls of the API: <c>negotiate</c>.</param>
/// <param name="ServiceMessages">Messages that the SignalR service sends: its events, and the <c>ack</c>.</param>
sealed record CycleCounts(
    double Signals, double Scheduled, double Operations, double ClientReads, double Events, double ServiceEvents, double HttpCalls, double ServiceMessages)
{
    /// <summary>From the counted steps. Each event of the service makes a function send one signal: a client's call, not an operation.</summary>
    public static CycleCounts Of(IReadOnlyList<(string Step, Counts Counts)> steps)
    {
        const double ServiceEvents = 2, HttpCalls = 1, Acks = 1;
        var cycle = steps.Where(s => s.Step is SessionSteps.Disconnect or SessionSteps.Reconnect or SessionSteps.VoidTimer).Select(s => s.Counts).ToList();
        var operations = cycle.Sum(c => c.Transactions) - ServiceEvents;
        return new(
            ServiceEvents, cycle.Sum(c => c.Messages) - ServiceEvents, operations, cycle.Sum(c => c.Reads) - operations, cycle.Sum(c => c.Events),
            ServiceEvents, HttpCalls, ServiceEvents + Acks);
    }
}
