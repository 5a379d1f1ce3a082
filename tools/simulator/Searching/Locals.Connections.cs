namespace Lifecycle.Simulator.Searching;

/// <content>The app's processes, and their connections to the SignalR service.</content>
sealed partial class Locals
{
    static readonly System.Collections.Immutable.ImmutableArray<string> subscribed = ["news"];

    static string InstanceOf(int process) => $"p{process}";

    // A client opens a socket; the service reports it.
    Local Open(Local local, int process)
    {
        var (number, its) = (local.Connections.Length, local.Processes[process]);
        var claim = new Connected(
            $"c{number + 1}", InstanceOf(process), NegotiatedAt: SearchTime.NegotiatedAt(number), TokenEpoch: its.TokenEpoch, TokenLife: its.TokenLife)
        {
            Version = Wire.Version,
            TakeOver = its.Invite,
        };
        return With(local with { Connections = local.Connections.Add(new Connection(Link.Open, claim, process)) }, new ToEntity(claim));
    }

    Local OpenNew(Local local) =>
        Open(local with { Processes = local.Processes.Add(new Process(Lives: true, Invite: local.Invite)), Asked = false, Invite = null }, local.Processes.Length);

    Local Closed(Local local, Connection connection) => With(
        OfConnection(local, connection.Claim.ConnectionId, its => its with { Link = Link.Closed }), new ToEntity(new Disconnected(connection.Claim.ConnectionId)));

    // The client hears why, if anything gets through to it.
    Local Close(Local local, string name, string reason)
    {
        if (local.Connections.FirstOrDefault(its => its.Claim.ConnectionId == name) is not { Link: Link.Open or Link.Half } connection)
        {
            return local;
        }

        var closed = Closed(local, connection);
        return connection.Link == Link.Half ? closed : OfProcess(closed, connection.Process, process => reason switch
        {
            Reasons.StaleToken => process with { TokenEpoch = null, TokenLife = null, Invite = null },
            Reasons.StaleConnect => process,
            _ => process with { Ended = true },
        });
    }

    // One that has handed over finishes what it is at, and closes its socket itself.
    static Local EndedBy(Local local, string name, bool isHandedOver)
    {
        foreach (var connection in local.Connections)
        {
            if (connection.Claim.ConnectionId == name && connection.Link == Link.Open)
            {
                return OfProcess(local, connection.Process, process => process with { Ended = true, Leaves = isHandedOver });
            }
        }

        return local;
    }

    // Its handler returns, and the client tells so.
    Local Handle(Local local, SendMessage message)
    {
        var connection = local.Connections.FirstOrDefault(its => its.Claim.ConnectionId == message.ConnectionId && its.Link == Link.Open);
        return connection.Claim is null ? local : With(local, new ToEntity(new MessagesDone(message.ConnectionId, message.Seq, []) { Negotiated = connection.Claim }));
    }

    // A client that begins anew subscribes; one that is not known by name says who it is.
    Local Greet(Local local, SendAck sent)
    {
        foreach (var connection in local.Connections)
        {
            var name = connection.Claim.ConnectionId;
            if (connection.Link != Link.Open || (sent.ConnectionId ?? name) != name)
            {
                continue;
            }

            var isFirst = !connection.Greeted && sent.ConnectionId is not null;
            local = OfConnection(local, name, its => its with { Greeted = its.Greeted || sent.ConnectionId is not null });
            local = sent.ConnectionId is null ? local : OfProcess(local, connection.Process, process => process with { TokenEpoch = sent.Ack.Epoch, TokenLife = sent.Ack.CorrelationId, Invite = null });
            local = isFirst && !sent.Ack.Resumed ? With(local, new ToEntity(new SubscriptionsReplaced(name, subscribed, sent.Ack.SubscriptionsVersion) { Negotiated = connection.Claim })) : local;
            local = sent.Ack.InitWanted ? Init(local, connection) : local;
        }

        return local;
    }

    Local Init(Local local, Connection connection) => connection.Spoken ? local : With(
        OfConnection(local, connection.Claim.ConnectionId, its => its with { Spoken = true }),
        new ToEntity(new Initialized(connection.Claim.ConnectionId, InstanceId: connection.Claim.InstanceId) { Negotiated = connection.Claim }));

    static Local Drop(Local local, Connection connection) => OfConnection(local, connection.Claim.ConnectionId, its => its with { Link = Link.Half });

    static Local Die(Local local, int process) => OfProcess(local, process, _ => new Process(Lives: false) { Replaced = local.Processes[process].Replaced }) with
    {
        Connections = [.. local.Connections.Select(its => its.Process == process && its.Link == Link.Open ? its with { Link = Link.Half } : its)],
    };

    bool IsOnItsWay(Local local, Connected claim) => local.Items.Any(item => items[item] is ToEntity { Event: Connected its } && its.ConnectionId == claim.ConnectionId);
}
