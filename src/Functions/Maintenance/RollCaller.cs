using Lifecycle.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Maintenance;

/// <summary>
/// Reads all rolls, where the SignalR service can be asked for them. One that cannot be read, or not to its end, makes nobody lost: who is on it is passed over until the
/// next sweep.
/// </summary>
public sealed partial class RollCaller(IAppConnections connections, ReconcileCursor cursor, TimeProvider time, ILogger<RollCaller> logger)
{
    /// <summary>How long a service that has no such call is not asked again: a release, or the service's own, may bring it.</summary>
    public static readonly TimeSpan LacksFor = TimeSpan.FromHours(1);

    // A million connections on one roll: whatever goes on behind that goes on for ever.
    const int MostPages = 5_000;

    /// <summary>What the rolls say; null where nobody can tell.</summary>
    public async Task<RollCall?> CallAsync(CancellationToken cancellation)
    {
        if (cursor.RollsLackUntil > time.GetUtcNow())
        {
            return null;
        }

        var call = new RollCall(time.GetUtcNow());
        var read = await Task.WhenAll(Enumerable.Range(0, Rolls.Count).Select(roll => TryReadAsync(call, roll, cancellation)));
        if (!read.All(isThere => isThere))
        {
            cursor.RollsLackUntil = time.GetUtcNow() + LacksFor;
            LogLacking();
            return null;
        }

        cursor.RollsLackUntil = null;
        return call;
    }

    // False when there is no such call.
    async Task<bool> TryReadAsync(RollCall call, int roll, CancellationToken cancellation)
    {
        try
        {
            await ReadAsync(call, roll, cancellation);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogUnread(roll, e);
            return true;
        }
    }

    async Task ReadAsync(RollCall call, int roll, CancellationToken cancellation)
    {
        var pages = 0;
        await foreach (var page in connections.ReadRollAsync(roll, cancellation))
        {
            foreach (var listed in page)
            {
                call.Add(roll, listed.ConnectionId, listed.UserId);
            }

            if (++pages > MostPages)
            {
                throw new InvalidOperationException($"It has more than {MostPages} pages.");
            }
        }

        call.Complete(roll);
    }

    [LoggerMessage(4110, LogLevel.Warning, "Roll {Roll} could not be read; who is on it is left to the next sweep")]
    partial void LogUnread(int roll, Exception exception);

    [LoggerMessage(4111, LogLevel.Information, "The SignalR library or service cannot list who is in a group: for the next hour each live session is asked about by itself")]
    partial void LogLacking();
}
