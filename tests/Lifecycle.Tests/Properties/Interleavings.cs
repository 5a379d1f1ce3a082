using System.Collections.Immutable;

namespace Lifecycle.Tests.Properties;

/// <summary>
/// A client that opens one connection after the other, and every way in which their events can reach the entity: late, swapped,
/// doubled or never. It walks all of them, meeting each situation once, and knows the truth that the rules cannot see.
/// </summary>
sealed class Interleavings(int connections, bool lastStaysOpen, bool tokens, bool sameInstance, int maxDoubled, Action<Interleavings.Node> check)
{
    static readonly DateTimeOffset now = Walk.Start.AddSeconds(1);
    readonly HashSet<Node> met = [];

    /// <summary>One situation.</summary>
    /// <param name="Opened">How many connections the client has opened so far; only the last one may still be open.</param>
    /// <param name="Connects">How often each connected event has arrived.</param>
    /// <param name="Disconnects">How often each disconnected event has arrived.</param>
    /// <param name="Presented">The token's epoch that each connection presented; -1 for none.</param>
    /// <param name="Token">The epoch of the token that the client holds; -1 for none.</param>
    /// <param name="Killed">Connections that the entity has had closed, with the reason.</param>
    /// <param name="Acked">Connections that were greeted.</param>
    /// <param name="Session">What the entity believes.</param>
    public sealed record Node(
        int Opened, string Connects, string Disconnects, ImmutableArray<long> Presented, long Token, string Killed, string Acked, AppSession Session)
    {
        public bool Equals(Node? other) => other is not null
            && (Opened, Connects, Disconnects, Token, Killed, Acked) == (other.Opened, other.Connects, other.Disconnects, other.Token, other.Killed, other.Acked)
            && Presented.AsSpan().SequenceEqual(other.Presented.AsSpan())
            && Session.Equals(other.Session);

        public override int GetHashCode() => HashCode.Combine(Opened, Connects, Disconnects, Token, Killed, Acked, Session);

        public bool HasConnected(int k) => Connects[k] > '0';

        public bool HasDisconnected(int k) => Disconnects[k] > '0';

        public bool IsKilled(int k) => Killed[k] != '-';

        public bool WasGreeted(int k) => Acked[k] != '-';
    }

    public static string NameOf(int k) => $"c{k}";

    /// <summary>How many situations there are.</summary>
    public int Met => met.Count;

    public int Connections => connections;

    /// <summary>Whether a connection is open in truth.</summary>
    public bool IsOpen(Node node, int k) => k == node.Opened - 1 && !node.IsKilled(k) && (k < connections - 1 || lastStaysOpen);

    public void Explore()
    {
        var none = new string('0', connections);
        var nobody = new string('-', connections);
        var start = new Node(0, none, none, [], -1, nobody, nobody, Plain(AppSession.None.On(new StartRequested())));
        var open = new Stack<Node>([start]);
        while (open.TryPop(out var node))
        {
            if (!met.Add(node))
            {
                continue;
            }

            check(node);
            foreach (var next in After(node))
            {
                open.Push(next);
            }
        }
    }

    IEnumerable<Node> After(Node node)
    {
        if (node.Opened < connections)
        {
            yield return node with { Opened = node.Opened + 1, Presented = node.Presented.Add(tokens ? node.Token : -1) };
        }

        for (var k = 0; k < node.Opened; k++)
        {
            if (MayCome(node, node.Connects[k]))
            {
                yield return Deliver(node with { Connects = Once(node.Connects, k) }, ConnectedOf(node, k));
            }

            // While it is open in truth nobody can say that it is not.
            if (!IsOpen(node, k) && MayCome(node, node.Disconnects[k]))
            {
                yield return Deliver(node with { Disconnects = Once(node.Disconnects, k) }, new Disconnected(NameOf(k)));
            }
        }
    }

    bool MayCome(Node node, char count) =>
        count == '0' || (count == '1' && (node.Connects + node.Disconnects).Count(c => c == '2') < maxDoubled);

    static string Once(string counts, int k) => counts[..k] + (char)(counts[k] + 1) + counts[(k + 1)..];

    static string Put(string text, int k, char c) => text[..k] + c + text[(k + 1)..];

    Connected ConnectedOf(Node node, int k) => new(
        NameOf(k),
        sameInstance ? "i" : $"i{k}",
        NegotiatedAt: Walk.Start.AddMilliseconds(10 * k),
        TokenEpoch: node.Presented[k] < 0 ? null : node.Presented[k]);

    Node Deliver(Node node, SessionEvent @event)
    {
        var decision = Lifecycle.Rules.Decide(Walk.Id, node.Session, @event, now, Policy.Default).Holding(node.Session, @event, now, Policy.Default);
        var (killed, acked, token) = (node.Killed, node.Acked, node.Token);
        foreach (var effect in decision.Effects)
        {
            if (effect is CloseConnection close)
            {
                killed = Put(killed, close.ConnectionId[1] - '0', close.Reason == Reasons.StaleToken ? 't' : 'x');
            }
            else if (effect is SendAck { ConnectionId: { } name } ack)
            {
                var k = name[1] - '0';
                acked = Put(acked, k, 'a');
                token = IsOpen(node with { Killed = killed }, k) ? ack.Ack.Epoch : token;
            }
        }

        return node with { Killed = killed, Acked = acked, Token = token, Session = Plain(decision.Session) };
    }

    // Without what only tells how it came to be: two ways to one situation are one situation.
    static AppSession Plain(AppSession session) => session with
    {
        Trail = [],
        Tally = new(),
        Reason = null,
        CorrelationId = session.CorrelationId is null ? null : "c",
        Closed = [.. session.Closed.Order()],
        Run = session.Run is null ? null : session.Run with { LastAttempts = [] },
    };
}
