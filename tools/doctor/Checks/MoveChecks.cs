using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>Going to another connection, since version 2.</summary>
static class MoveChecks
{
    public static IEnumerable<Check> All =>
    [
        Move("move-first", "The new connection is made first, with the token of the last ack", Rules.Move, async (scene, old) =>
        {
            await SendAsync(old, 0);
            var call = await scene.NegotiateAsync(2, Limits.Attach);
            scene.Require(old.IsOpen, "the old connection open meanwhile", "closed");
            scene.Require(call.ReconnectToken == old.Token, scene.Name(old.Token), scene.Name(call.ReconnectToken));
            await scene.AttachedAsync(2);
        }),
        Move("move-waits", "It is made when the wait is over, and not before", Rules.Move, async (scene, old) =>
        {
            var toldAt = scene.Now;
            await SendAsync(old, 3_000);
            var call = await scene.NegotiateAsync(2, Limits.Late);
            scene.Require(call.At - toldAt >= Limits.Seconds(3) - Limits.Early, "a call of negotiate 3 s later", $"{Scene.Ms(call.At - toldAt)} later");
        }),
        Move("move-leaves", "The old connection is closed behind the new one's ack", Rules.MoveOrder, async (scene, old) =>
        {
            await SendAsync(old, 0);
            var next = await scene.AttachedAsync(2, Limits.Attach);
            await scene.ClosedAsync(old, Limits.Attach, "the old connection closed");
            scene.Require(old.ClosedAt >= next.GreetedAt, "the close behind the ack", "before it");
            await scene.PauseAsync(Limits.Seconds(1));
            scene.Require(next.IsOpen && scene.Sockets.Count == 2, "the new connection open, and no other", $"{scene.Sockets.Count} connections");
        }),
        Move("move-no-goodbye", "Moving at the same Lifecycle says no goodbye: that would end the session", Rules.MoveOrder, async (scene, old) =>
        {
            await SendAsync(old, 0);
            await scene.AttachedAsync(2, Limits.Attach);
            await scene.ClosedAsync(old, Limits.Attach, "the old connection closed");
            scene.Require(!old.CallsOf("release").Any(), "no release", "release");
        }),
        Move("move-serves", "The old connection serves until the new one has its ack", Rules.Move, async (scene, old) =>
        {
            scene.OnOpen = _ => Task.CompletedTask;
            await SendAsync(old, 0);
            var next = await scene.WaitAsync("a second connection", Limits.Attach, () => scene.Sockets.Count > 1 ? scene.Sockets[1] : null);
            await old.MessageAsync(Scene.Contract("handled", 1), 1);
            await scene.HandledAsync(1);
            await next.AckAsync(new AckTerms { Resumed = true, Seq = 1 });
            await next.MessageAsync(Scene.Contract("handled", 2), 2);
            await scene.HandledAsync(2);
        }).With(Needs.Contract),
        Move("move-elsewhere", "Told an address, it negotiates there, with its key", Rules.Move, async (scene, old) =>
        {
            await SendAsync(old, 0, scene.Run.UrlElsewhere.AbsoluteUri);
            var call = await scene.NegotiateAsync(2, Limits.Attach);
            var fault = call.Place == PlatformServer.Elsewhere ? call.KeyFault(scene.Run.Options.ApiKey) : "a call at the old address";
            scene.Require(fault is null, "a call at the other address, with the key", $"{fault}");
            await scene.AttachedAsync(2);
        }),
        Move("move-elsewhere-goodbye", "Behind the ack elsewhere the old place is told goodbye, and closed", Rules.MoveOrder, async (scene, old) =>
        {
            await SendAsync(old, 0, scene.Run.UrlElsewhere.AbsoluteUri);
            var next = await scene.AttachedAsync(2, Limits.Attach);
            var goodbye = await scene.CallAsync(old, "release", Limits.Attach);
            scene.Require(goodbye.At >= next.GreetedAt, "release behind the ack", "before it");
            await scene.ClosedAsync(old, Limits.Attach, "the old connection closed");
            scene.Require(next.IsOpen, "the new connection open", "closed");
        }),
        Move("move-refused", "While the new place refuses, the session stays where it is", Rules.Move, async (scene, old) =>
        {
            scene.OnNegotiate = _ => NegotiateReply.Gateway(503);
            await SendAsync(old, 0, scene.Run.UrlElsewhere.AbsoluteUri);
            await scene.NegotiateAsync(2, Limits.Attach);
            await scene.PauseAsync(Limits.Seconds(4));
            scene.Require(old.IsOpen && !old.CallsOf("release").Any(), "the old connection open, and no goodbye", old.IsOpen ? "release" : "closed");
        }),
        Move("move-no-address", "An address that is none is not followed", Rules.Move, async (scene, old) =>
        {
            await SendAsync(old, 0, "ftp://nobody.example/");
            await scene.QuietAsync(Limits.Seconds(2), "no call of negotiate");
            scene.Require(old.IsOpen, "the old connection open", "closed");
        }),
    ];

    static Check Move(string id, string title, Rule rule, Func<Scene, HubSocket, Task> play) => Check.Must(id, title, rule, async scene =>
    {
        var socket = await scene.SettledAsync();
        await play(scene, socket);
    }).With(Needs.Version2).Taking(5);

    static Task SendAsync(HubSocket socket, int afterMs, string? url = null)
    {
        var order = new JsonObject { ["afterMs"] = afterMs };
        if (url is not null) order["url"] = url;
        return socket.SendAsync("move", order);
    }
}
