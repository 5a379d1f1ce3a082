using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>Coming back after a loss.</summary>
static class ReconnectChecks
{
    const int Crowd = 12;

    public static IEnumerable<Check> All =>
    [
        Check.Must("reconnect-in-grace", "A lost connection is made anew within the grace window of 6 s", Rules.InWindow, async scene =>
        {
            var (lostAt, _) = await LostAsync(scene);
            var next = await scene.AttachedAsync(2);
            scene.Seen = $"attached again {Scene.Ms(next.OpenedAt - lostAt)} after the loss";
        }),
        After("reconnect-token", CheckLevel.Must, "It shows the token of the last ack", Rules.Token, (scene, _, call) =>
            scene.Require(call.ReconnectToken == scene.Book.NewestToken, $"{scene.Name(scene.Book.NewestToken)}", scene.Name(call.ReconnectToken))),
        After("reconnect-hint", CheckLevel.Must, "It does not say that it begins anew", Rules.ComesBack, (scene, _, call) =>
            scene.Require(call.Reconnect != "false", "reconnect: true, or absent", $"reconnect: {call.Reconnect}")),
        After("reconnect-instance", CheckLevel.Must, "It comes as the same process", Rules.ComesBack, (scene, first, call) =>
            scene.Require(call.InstanceId == first.Origin.InstanceId, "the same instance id", "another one")),
        Check.Must("reconnect-last-seq", "It says which message it has handled last", Rules.LastSeq, async scene =>
        {
            var socket = await scene.AttachAsync();
            for (var i = 0; i < 3; i++) await socket.MessageAsync("hello");
            await scene.SettleAsync(socket);
            socket.Abort();
            var call = await scene.NegotiateAsync(2);
            scene.Require(call.LastSeq == 3, "lastSeq 3", $"lastSeq {call.LastSeqText ?? "absent"}");
        }),
        Check.Must("reconnect-newest-token", "The second time it shows the token of the second ack", Rules.TokenOnce, async scene =>
        {
            await LostAsync(scene);
            var second = await scene.AttachedAsync(2);
            await scene.SettleAsync(second);
            second.Abort();
            var call = await scene.NegotiateAsync(3);
            scene.Require(call.ReconnectToken == second.Token, scene.Name(second.Token), scene.Name(call.ReconnectToken));
        }),
        Check.Should("reconnect-announced-grace", "It fits its tries into the window that the ack announces, here 3 s", Rules.InWindow, async scene =>
        {
            scene.Terms = new AckTerms { GraceMs = 3_000 };
            var (lostAt, _) = await LostAsync(scene);
            var call = await scene.NegotiateAsync(2);
            scene.Require(call.At - lostAt <= Limits.Seconds(4), "a try within 3 s (and 1 s for the machine)", $"after {Scene.Ms(call.At - lostAt)}");
        }),
        Check.Should("reconnect-jitter", "Sessions that are lost together do not come back in one instant", Rules.Spread, JitterAsync).Taking(6),
        Check.Must("reconnect-in-spite", "A try that fails is followed by others within the window", Rules.InWindow, async scene =>
        {
            var (lostAt, socket) = await LostAsync(scene, _ => scene.Negotiates.Count <= 2 ? NegotiateReply.Gateway(502) : NegotiateReply.Go);
            var next = await scene.AttachedAsync(2);
            scene.Seen = $"attached again {Scene.Ms(next.OpenedAt - lostAt)} after the loss, at try {scene.Negotiates.Count - 1}";
        }),
        Check.Should("reconnect-bounded", "No wait is longer than it must be: 30 s at most, and in the first minutes less than the window", Rules.Spaced, BoundedAsync).Taking(26),
        Check.Must("reconnect-flapping", "A connection that is lost right behind its ack, again and again, is not made anew in a spin", Rules.Spaced, FlapAsync).Taking(10),
        Check.Must("reconnect-before-ack", "A connection that is lost before its ack, again and again, is not made anew in a spin", Rules.Spaced, async scene =>
        {
            scene.OnOpen = socket =>
            {
                socket.Abort();
                return Task.CompletedTask;
            };
            await scene.AskAsync();
            await scene.PauseAsync(Limits.Seconds(6));
            scene.OnOpen = socket => socket.AckAsync();
            var tries = scene.Negotiates.Count;
            scene.Require(tries is >= 2 and <= 15, "2 to 15 tries in 6 s", $"{tries}");
            await scene.WaitAsync("a connection when it is no more lost", Limits.Late, () => scene.Sockets.FirstOrDefault(socket => socket.AckedAt is not null));
        }).Taking(9),
        Check.Should("reconnect-held", "A resurrection of a session that is held is answered with the process's name", Rules.Held, async scene =>
        {
            var socket = await scene.SettledAsync();
            var answer = await scene.AskAsync("resurrection_request");
            scene.Require(answer.HeldBy == socket.Origin.InstanceId, $"x-lifecycle-held-by: {socket.Origin.InstanceId}", answer.HeldBy is null ? "no such header" : $"{answer.HeldBy}");
        }),
        Check.Should("reconnect-when-asked", "Asked for a session that it holds, the process makes a new connection at once, and then closes the old one", Rules.ComesAtOnce, AskedAsync).Taking(5),
        Check.Should("reconnect-hurried", "Asked for a session that waits for its next try, the process makes it now", Rules.ComesAtOnce, HurriedAsync).Taking(5),
        Check.Must("reconnect-fresh", "A resurrection of a session that is not held is accepted, and begins it anew", Rules.Hint, async scene =>
        {
            await scene.AskAsync("resurrection_request");
            await scene.AttachedAsync(1);
            var call = scene.Negotiates[0];
            scene.Require(call.Reconnect != "true" && call.ReconnectToken is null, "no reconnect: true and no token", $"reconnect {call.Reconnect ?? "absent"}");
        }),
    ];

    static Check After(string id, CheckLevel level, string title, Rule rule, Action<Scene, HubSocket, NegotiateCall> judge) => new(id, level, title, rule)
    {
        PlayAsync = async scene =>
        {
            var (_, socket) = await LostAsync(scene);
            judge(scene, socket, await scene.NegotiateAsync(2));
        },
    };

    static async Task<(TimeSpan LostAt, HubSocket Socket)> LostAsync(Scene scene, Func<NegotiateCall, NegotiateReply>? then = null)
    {
        var socket = await scene.SettledAsync();
        // Of the next ack the token would be a newer one.
        if (then is not null) scene.OnNegotiate = then;
        var lostAt = scene.Now;
        socket.Abort();
        return (lostAt, socket);
    }

    static async Task JitterAsync(Scene scene)
    {
        Scene[] scenes = [scene, .. Enumerable.Range(1, Crowd - 1).Select(_ => scene.Sibling())];
        await Task.WhenAll(scenes.Select(one => one.SettledAsync()));
        await scene.PauseAsync(Limits.Seconds(2.5));
        foreach (var one in scenes) one.Sockets[0].Abort();
        await Task.WhenAll(scenes.Select(one => one.NegotiateAsync(2)));
        // Each scene has a clock of its own: what counts is the time since its own loss.
        var waits = scenes.Select(one => one.Negotiates[1].At - one.Sockets[0].ClosedAt!.Value).Order().ToList();
        var spread = waits[^1] - waits[0];
        scene.Require(spread >= Limits.Seconds(0.05), $"{Crowd} sessions spread over 50 ms or more", $"over {Scene.Ms(spread)}");
        scene.Seen = $"{Crowd} sessions came {Scene.Ms(waits[0])} to {Scene.Ms(waits[^1])} after the loss";
    }

    static async Task BoundedAsync(Scene scene)
    {
        var (lostAt, _) = await LostAsync(scene, _ => NegotiateReply.Gateway(503));
        await scene.PauseAsync(Limits.Seconds(22));
        var times = scene.Negotiates.Skip(1).Select(call => call.At - lostAt).ToList();
        var gaps = times.Prepend(TimeSpan.Zero).Zip(times.Append(scene.Now - lostAt), (first, next) => next - first).ToList();
        scene.Require(gaps.Max() <= Limits.Seconds(8), "no wait above 6 s, the window (and 2 s for the machine)", Scene.List(gaps.Select(Scene.Ms)));
        scene.Require(times.Count <= 40, "at most 40 tries in 22 s", $"{times.Count}");
        scene.Seen = $"{times.Count} tries in 22 s, the longest wait {Scene.Ms(gaps.Max())}";
    }

    static async Task FlapAsync(Scene scene)
    {
        await scene.AskAsync();
        scene.OnOpen = async socket =>
        {
            await socket.AckAsync();
            // A break that overtakes the ack is a loss before it, which an app may take otherwise. One that does not tell is not waited for so long that two tries do not fit in.
            await (scene.Run.SpeaksContract ? scene.SettleAsync(socket, Limits.Seconds(2)) : scene.PauseAsync(Limits.Seconds(0.05)));
            socket.Abort();
        };
        var first = await scene.NegotiateAsync(1);
        await scene.PauseAsync(Limits.Seconds(6));
        scene.OnOpen = socket => socket.AckAsync();
        var tries = scene.Negotiates.Count(call => call.At - first.At <= Limits.Seconds(6));
        scene.Require(tries is >= 2 and <= 25, "2 to 25 connections in 6 s", $"{tries}");
        scene.Seen = $"{tries} connections in 6 s";
    }

    static async Task AskedAsync(Scene scene)
    {
        var old = await scene.SettledAsync();
        await scene.AskAsync("resurrection_request");
        var next = await scene.AttachedAsync(2, Limits.Soon, "a new connection");
        scene.Require(next.Origin.InstanceId == old.Origin.InstanceId && next.Origin.Reconnect != "false", "the same process, which comes back", $"reconnect {next.Origin.Reconnect ?? "absent"}");
        await scene.ClosedAsync(old, Limits.Soon, "the old connection closed");
        scene.Require(next.IsOpen, "the new connection open", "closed");
    }

    static async Task HurriedAsync(Scene scene)
    {
        await LostAsync(scene, _ => NegotiateReply.Refuse(503, "not_now", "60"));
        await scene.NegotiateAsync(2);
        await scene.PauseAsync(Limits.Seconds(1));
        scene.OnNegotiate = _ => NegotiateReply.Go;
        var askedAt = scene.Now;
        await scene.AskAsync("resurrection_request");
        var call = await scene.NegotiateAsync(3, Limits.Soon, "a try now, although Retry-After said 60 s");
        scene.Seen = $"a try {Scene.Ms(call.At - askedAt)} after the webhook";
    }
}
