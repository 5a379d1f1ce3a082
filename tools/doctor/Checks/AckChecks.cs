using System.Text.Json;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>Acks that are late, come twice, want <c>init</c>, or say more or less than usual.</summary>
static class AckChecks
{
    public static IEnumerable<Check> All =>
    [
        Check.Should("ack-late-kept", "A socket whose ack is late is kept", Rules.KeepsSocket, async scene =>
        {
            var socket = await UngreetedAsync(scene);
            await scene.PauseAsync(Limits.Seconds(8));
            scene.Require(socket.IsOpen, "the connection open after 8 s without an ack (5 s were promised)", $"closed {Scene.Ms(socket.ClosedAt - socket.OpenedAt ?? default)} after it was opened");
        }).Taking(9),
        Check.Should("ack-late-asked", "When the ack is late negotiate is asked again, as the same try", Rules.AsksAgain, AskedAsync).Taking(30),
        Check.Must("ack-late-taken", "An ack that comes late is taken", Rules.LateAck, LateAsync).Taking(12),
        Check.Should("ack-never", "A socket that never gets its ack is given up in the end, and another one made", Rules.GivesUp, async scene =>
        {
            var socket = await UngreetedAsync(scene);
            await scene.WaitAsync("another connection", Limits.Seconds(45), () => scene.Sockets.Count > 1 ? scene : null);
            scene.Seen = $"another connection {Scene.Ms(scene.Sockets[1].OpenedAt - socket.OpenedAt)} after the first";
        }).Taking(16),
        Check.Must("ack-unknown-fields", "Fields of an ack that nobody knows are passed over", Rules.Tolerant, async scene =>
        {
            scene.Terms = new AckTerms { SaysMore = true };
            var socket = await scene.AttachAsync();
            await scene.QuietAsync(Limits.Seconds(2), "the connection is kept");
            scene.Require(socket.IsOpen, "the connection open", "closed");
            await ComesWithAsync(scene, socket);
        }).Taking(5),
        Check.Must("ack-again", "Of two acks on one connection the newer counts: its token is shown", Rules.NewestAck, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.AckAsync(new AckTerms { Resumed = true });
            await ComesWithAsync(scene, socket);
        }),
        Check.Must("ack-init-wanted", "An ack with initWanted is answered with init, by the process's name", Rules.InitWanted, async scene =>
        {
            var (socket, call) = await InitAsync(scene);
            var argument = call.Argument(0);
            var isGood = call.Count == 1 && argument.ValueKind == JsonValueKind.Object
                && (!argument.TryGetProperty("reconnect", out var hint) || hint.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
                && (!argument.TryGetProperty("instanceId", out var id) || id.GetString() == socket.Origin.InstanceId);
            scene.Require(isGood, "one object, and in it no other instance id than that of negotiate", $"{call}");
        }),
        Check.Must("ack-after-init", "The ack behind init is the one that counts", Rules.Init, async scene =>
        {
            var (socket, _) = await InitAsync(scene);
            await scene.WaitAsync("an ack behind init", Limits.Soon, () => socket.AckedAt is null ? null : socket);
            scene.OnOpen = next => next.AckAsync();
            await ComesWithAsync(scene, socket);
        }),
        Check.Must("ack-version-1", "A Lifecycle whose ack names no version is told neither done nor handOver", Rules.OldServer, async scene =>
        {
            scene.Terms = new AckTerms { Version = null };
            var socket = await scene.AttachAsync();
            for (var i = 0; i < 3; i++) await socket.MessageAsync("hello");
            await scene.PauseAsync(Limits.Seconds(5));
            scene.Require(!socket.Calls.Any(call => call.Method is "done" or "handOver"), "neither", Scene.List(socket.Calls));
            scene.Require(socket.IsOpen, "the connection open", "closed");
        }).Taking(6),
    ];

    static async Task<HubSocket> UngreetedAsync(Scene scene)
    {
        scene.OnOpen = _ => Task.CompletedTask;
        await scene.AskAsync();
        return await scene.WaitAsync("a connection", Limits.Attach, () => scene.Sockets.Count > 0 ? scene.Sockets[0] : null);
    }

    // Sessions of one process share what they hear for a second: while others negotiate, this one need not ask. So it is played when they are through.
    static async Task AskedAsync(Scene scene)
    {
        if (scene.Run.Options.Only.Count == 0) await scene.PauseAsync(Limits.Seconds(21));
        await UngreetedAsync(scene);
        var second = await scene.NegotiateAsync(2, Limits.Seconds(14), "another call of negotiate (the ack was promised within 5 s)");
        var first = scene.Negotiates[0];
        scene.Require(second.Attempt == first.Attempt, $"attempt {first.AttemptText ?? "absent"} again", $"attempt {second.AttemptText ?? "absent"}");
        scene.Seen = $"asked {Scene.Ms(second.At - first.At)} after the first call";
    }

    static async Task LateAsync(Scene scene)
    {
        var socket = await UngreetedAsync(scene);
        await scene.PauseAsync(Limits.Seconds(8));
        // A client that opens one connection after the other gets its ack on the last.
        socket = scene.Sockets[^1];
        scene.OnOpen = next => next.AckAsync();
        await socket.AckAsync();
        await scene.PauseAsync(Limits.Seconds(2));
        scene.Require(socket.IsOpen, "the connection open behind the ack", "closed");
        await ComesWithAsync(scene, socket);
    }

    static async Task<(HubSocket Socket, HubCall Call)> InitAsync(Scene scene)
    {
        scene.OnOpen = next => next.AckAsync(new AckTerms { InitWanted = true });
        await scene.AskAsync();
        var socket = await scene.WaitAsync("a connection", Limits.Attach, () => scene.Sockets.Count > 0 ? scene.Sockets[0] : null);
        return (socket, await scene.CallAsync(socket, "init"));
    }

    // The ack was understood when its token comes back.
    static async Task ComesWithAsync(Scene scene, HubSocket socket)
    {
        await scene.SettleAsync(socket);
        var (token, count) = (scene.Book.NewestToken, scene.Negotiates.Count);
        socket.Abort();
        var call = await scene.NegotiateAsync(count + 1, expected: "the app to come back");
        scene.Require(call.ReconnectToken == token, $"{scene.Name(token)}", scene.Name(call.ReconnectToken));
    }
}
