using Lifecycle.Simulator.Apps;
using Lifecycle.Simulator.Plans;

namespace Lifecycle.Simulator.Worlds;

/// <content>The SignalR service: it holds the sockets, and tells when one opens or closes, if nothing comes between.</content>
sealed partial class World
{
    long awayUntil;
    bool canBeAsked = true;
    int connections;

    /// <summary>Whether clients can open sockets.</summary>
    public bool IsAccepting => agenda.Now >= awayUntil;

    /// <summary>Until when the service was away last.</summary>
    public long AwayUntil => awayUntil;

    /// <summary>Since when.</summary>
    public long AwayFrom { get; private set; }

    /// <summary>A client opens a socket, at the address that it was given.</summary>
    public Socket Open(Client client, Connected claim)
    {
        var socket = new Socket(client.Session, client, claim with { ConnectionId = $"c{++connections}", NegotiatedAt = Now });
        client.Session.Open.Add(socket);
        Upstream(socket, socket.Claim);
        return socket;
    }

    /// <summary>The service notices that a socket is gone, or ends it.</summary>
    public void Closed(Socket socket)
    {
        if (socket.IsOpen)
        {
            (socket.IsOpen, socket.IsBroken) = (false, true);
            socket.Session.Open.Remove(socket);
            Upstream(socket, new Disconnected(socket.Id));
        }
    }

    void Upstream(Socket socket, SessionEvent @event)
    {
        var (session, wait) = (socket.Session, Hop(socket.Session));
        if (session.EventFaults.TryDequeue(out var fault))
        {
            if (fault.Do == StrokeKind.LoseEvent)
            {
                return;
            }

            agenda.After(wait + fault.Ms, () => Deliver(socket, @event));
            if (fault.Do == StrokeKind.DelayEvent)
            {
                return;
            }
        }

        agenda.After(wait, () => Deliver(socket, @event));
    }

    // Nobody keeps events of connections for a host that is down: a connected that is not answered closes its client.
    void Deliver(Socket socket, SessionEvent @event)
    {
        if (!TakesCalls)
        {
            if (@event is Connected && socket.IsOpen)
            {
                (socket.IsOpen, socket.IsBroken) = (false, true);
                socket.Session.Open.Remove(socket);
                socket.Client.OnClosed(socket, null);
            }

            return;
        }

        if (@event is Connected connected)
        {
            outlook = outlook.Attached(connected.NegotiatedAt);
        }
        else
        {
            outlook = outlook.Lost(TimeSpan.FromMilliseconds(agenda.Now));
            if (outlook.IsCrowd)
            {
                Look();
            }
        }

        Tell(socket.Session, @event);
    }

    /// <summary>A hub call over a socket that works.</summary>
    public void Call(Socket socket, HubCall call)
    {
        if (socket is { IsOpen: true, IsBroken: false } && TakesCalls)
        {
            Tell(socket.Session, call with { Negotiated = socket.Claim });
        }
    }

    void Close(Session session, string connection, string reason)
    {
        if (session.Open.Find(socket => socket.Id == connection) is not { } socket)
        {
            return;
        }

        var getsThrough = !socket.IsBroken;
        Closed(socket);
        if (getsThrough)
        {
            agenda.After(Hop(session), () => socket.Client.OnClosed(socket, reason));
        }
    }

    // What a client is sent comes behind what it was sent before.
    void Reach(Session session, string connection, Action<Client> heard)
    {
        if (session.Open.Find(socket => socket.Id == connection) is { IsBroken: false } socket)
        {
            agenda.After(2, () => Hear(socket, heard));
        }
    }

    static void Hear(Socket socket, Action<Client> heard)
    {
        if (!socket.IsBroken)
        {
            socket.Client.Hear(() => heard(socket.Client));
        }
    }

    void SendAck(Session session, SendAck ack)
    {
        foreach (var socket in session.Open)
        {
            if (!socket.IsBroken && (ack.ConnectionId is null || ack.ConnectionId == socket.Id))
            {
                agenda.After(2, () => Hear(socket, client => client.OnAck(socket, ack.Ack)));
            }
        }
    }

    void ServiceAway(Stroke stroke)
    {
        AwayFrom = IsAccepting ? agenda.Now : AwayFrom;
        awayUntil = Math.Max(awayUntil, agenda.Now + stroke.Ms);
        canBeAsked &= stroke.Status == 0;
        agenda.At(awayUntil, () => canBeAsked |= IsAccepting);
        foreach (var session in sessions)
        {
            foreach (var socket in session.Open.ToArray())
            {
                Drop(socket, session.Draws.Below(800), session.Draws.Below(800), Blame.SignalR);
            }
        }
    }

    /// <summary>A socket does not get anything through any more; both ends notice in their own time.</summary>
    public void Drop(Socket socket, long clientMs, long serviceMs, Blame cause)
    {
        if (socket.IsBroken)
        {
            return;
        }

        socket.IsBroken = true;
        watch.Broken(socket, cause);
        agenda.After(serviceMs, () => Closed(socket));
        agenda.After(clientMs, () => socket.Client.OnClosed(socket, null));
    }
}
