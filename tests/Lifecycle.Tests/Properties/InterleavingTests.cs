namespace Lifecycle.Tests.Properties;

/// <summary>All orders of the events of up to four connections, with loss, doubling and delay, against the truth.</summary>
public sealed class InterleavingTests
{
    public static TheoryData<int, bool, bool, bool, int> Worlds()
    {
        var data = new TheoryData<int, bool, bool, bool, int>();
        foreach (var lastStaysOpen in new[] { true, false })
        {
            foreach (var tokens in new[] { true, false })
            {
                data.Add(1, lastStaysOpen, tokens, true, 2);
                data.Add(2, lastStaysOpen, tokens, false, 4);
                data.Add(3, lastStaysOpen, tokens, true, 6);
                data.Add(3, lastStaysOpen, tokens, false, 6);
                data.Add(4, lastStaysOpen, tokens, true, 8);
                data.Add(4, lastStaysOpen, tokens, false, 1);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Whatever_order_events_come_in_one_connection_at_most_can_receive_and_the_truth_is_found(
        int connections, bool lastStaysOpen, bool tokens, bool sameInstance, int maxDoubled)
    {
        Interleavings? world = null;
        world = new Interleavings(connections, lastStaysOpen, tokens, sameInstance, maxDoubled, node =>
        {
            OneAtMostCanReceive(node);
            if (node.Opened == connections)
            {
                WithoutLossTheNewestIsAttached(world!, node, lastStaysOpen);
                ReconciliationFindsTheTruth(world!, node);
            }
        });
        world.Explore();
        Assert.True(world.Met > connections, $"only {world.Met} situations");
    }

    // Who was greeted, is not known to be closed and was not told to close could receive a message.
    static void OneAtMostCanReceive(Interleavings.Node node)
    {
        var receivers = Enumerable.Range(0, node.Opened)
            .Where(k => node.WasGreeted(k) && !node.HasDisconnected(k) && !node.IsKilled(k))
            .Select(Interleavings.NameOf)
            .ToList();
        var attached = node.Session is { State: AppState.Running, Attachment: { ConnectionId: { } name } } ? [name] : Array.Empty<string>();
        Assert.True(receivers.SequenceEqual(attached), $"can receive: {string.Join(",", receivers)}; attached: {string.Join(",", attached)}; {node}");
    }

    // Everything has arrived: the newest connection is attached when it is open, and nothing when it is not.
    static void WithoutLossTheNewestIsAttached(Interleavings world, Interleavings.Node node, bool lastStaysOpen)
    {
        var last = world.Connections - 1;
        var all = Enumerable.Range(0, world.Connections).All(k => node.HasConnected(k) && (node.HasDisconnected(k) || (k == last && lastStaysOpen)));
        if (!all)
        {
            return;
        }

        if (!lastStaysOpen)
        {
            Assert.True(node.Session.State != AppState.Running, $"attached to nobody: {node}");
        }
        else if (node.Killed[last] != 't')
        {
            // One that was refused for its token is opened again without it; that would be the next connection.
            Assert.True(node.Session.Attachment?.ConnectionId == Interleavings.NameOf(last), $"the newest is not attached: {node}");
        }
    }

    // Whatever has not arrived by now never will: the sweeps of the next minute find out, without a webhook in between.
    static void ReconciliationFindsTheTruth(Interleavings world, Interleavings.Node node)
    {
        var open = Enumerable.Range(0, world.Connections).Where(k => world.IsOpen(node, k)).Select(Interleavings.NameOf).ToHashSet();
        var session = node.Session;
        var sweeps = 0;
        for (; sweeps < 3; sweeps++)
        {
            var at = 15_000 + (sweeps * 30_000);
            var question = Lifecycle.Rules.QuestionAbout(session, Walk.Start.AddMilliseconds(at));
            var answer = question?.ConnectionId is { } asked ? open.Contains(asked) : open.Count > 0;
            if (question is null || Lifecycle.Rules.EventOf(question, answer) is not { } found)
            {
                break;
            }

            session = session.On(found, at);
        }

        var right = open.Count > 0
            ? session.State == AppState.Running && (session.Attachment!.ConnectionId is not { } name || open.Contains(name))
            : session.State != AppState.Running;
        Assert.True(right, $"{sweeps} sweeps ended in {session.State} with {session.Attachment?.ConnectionId}, open is {string.Join(",", open)}: {node}");
    }
}
