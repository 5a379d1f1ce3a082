using Lifecycle.Simulator.Apps;
using Lifecycle.Simulator.Chance;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Watching;

namespace Lifecycle.Simulator.Worlds;

/// <summary>One app session: what is stored of it, and what is true of it.</summary>
sealed class Session(int index, Draws draws, Draws hops)
{
    public const string Package = "com.example.notes";

    public int Index => index;

    public AppSessionId Id { get; } = new($"s{index}", Package);

    /// <summary>How the network and the app's processes take their time with it.</summary>
    public Draws Draws => draws;

    /// <summary>And how the durable engine does.</summary>
    public Draws Hops => hops;

    /// <summary>What the entity has stored.</summary>
    public AppSession Stored { get; set; } = AppSession.None;

    /// <summary>The sockets that are open at the SignalR service.</summary>
    public List<Socket> Open { get; } = [];

    /// <summary>Whether the service knows a connection of it. Asked some thousand times a day.</summary>
    public bool Has(string connection)
    {
        foreach (var socket in Open)
        {
            if (socket.Id == connection)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the app's processes know of it.</summary>
    public List<Client> Clients { get; } = [];

    /// <summary>Faults of the next upstream events, and of the next operations.</summary>
    public Queue<Stroke> EventFaults { get; } = [];

    public Queue<Stroke> OperationFaults { get; } = [];

    /// <summary>For how long the host is down that dies in its next operation; null for none.</summary>
    public long? CrashesFor { get; set; }

    /// <summary>Until when no socket gets through.</summary>
    public long BlockedUntil { get; set; }

    /// <summary>Messages to one entity arrive in the order in which they were sent.</summary>
    public long LastArrival { get; set; }

    /// <summary>Orchestrations that are at work, by name.</summary>
    public HashSet<string> Runs { get; } = new(StringComparer.Ordinal);

    /// <summary>When a client of it negotiated last without being attached since.</summary>
    public long? NegotiatedAt { get; set; }

    public int Posts { get; set; }

    public int Strokes { get; set; }

    public SessionMemory Memory { get; } = new();
}
