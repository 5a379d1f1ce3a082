using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>Stop, goodbye, and being replaced.</summary>
static class EndChecks
{
    static readonly string reason = "the doctor stops it";

    public static IEnumerable<Check> All =>
    [
        Final("end-stop", "Behind a stop the app does not come back, however its connection ends", Rules.Stop, (_, socket) => StopAsync(socket)),
        Final("end-stop-webhook", "Behind a stop_request the app does not come back, however its connection ends", Rules.Stop, async (scene, _) => await scene.AskAsync("stop_request")),
        Final("end-superseded", "Behind superseded the app does not come back, however its connection ends", Rules.Superseded, (_, socket) =>
            socket.SendAsync("superseded", new JsonObject { ["reason"] = "superseded" })),
        Closes("end-stop-closes", "Told to stop, the app closes its connection by itself", Rules.Stop, (_, socket) => StopAsync(socket)),
        Closes("end-stop-webhook-closes", "Told to stop by webhook, the app closes its connection by itself", Rules.Stop, async (scene, _) => await scene.AskAsync("stop_request")),
        Closes("end-superseded-closes", "Superseded, the app closes its connection by itself", Rules.Superseded, (_, socket) => socket.SendAsync("superseded", new JsonObject { ["reason"] = "superseded" })),
        Check.Must("end-then-started", "A session that was stopped is begun anew by the next webhook", Rules.Accepts, async scene =>
        {
            var socket = await scene.SettledAsync();
            await StopAsync(socket);
            await socket.CloseMessageAsync("stopped");
            await scene.PauseAsync(Limits.Seconds(1));
            var count = scene.Negotiates.Count;
            await scene.AskAsync();
            var call = await scene.NegotiateAsync(count + 1, Limits.Attach);
            scene.Require(call.Reconnect != "true" && call.ReconnectToken is null, "no reconnect: true and no token", $"reconnect {call.Reconnect ?? "absent"}, {scene.Name(call.ReconnectToken)}");
            await scene.AttachedAsync(2, Limits.Attach);
        }),
        Check.Must("end-others-live", "The end of one session is none of the others'", Rules.Stop, async scene =>
        {
            var other = scene.Sibling();
            var kept = await other.AttachAsync();
            var socket = await scene.AttachAsync();
            await StopAsync(socket);
            await socket.CloseMessageAsync("stopped");
            await scene.PauseAsync(Limits.Seconds(2));
            scene.Require(kept.IsOpen, "the other session's connection open", "closed");
        }),
        Check.Must("end-release", "A goodbye is the hub call release, without arguments, and the app does not come back", Rules.Release, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.MessageAsync(Scene.Contract("release", 1));
            var call = await scene.CallAsync(socket, "release");
            scene.Require(call.Count == 0, "no arguments", $"{call}");
            await scene.ClosedAsync(socket, Limits.Attach, "the connection closed behind the goodbye");
            await scene.QuietAsync(Limits.Quiet, "no reconnect");
        }).With(Needs.Contract).Taking(9),
    ];

    static Task StopAsync(HubSocket socket) => socket.SendAsync("stop", new JsonObject { ["reason"] = reason });

    static Check Final(string id, string title, Rule rule, Func<Scene, HubSocket, Task> end) => Check.Must(id, title, rule, async scene =>
    {
        var socket = await scene.SettledAsync();
        await end(scene, socket);
        await scene.PauseAsync(Limits.Seconds(1.5));
        socket.Abort();
        await scene.QuietAsync(Limits.Quiet, "no reconnect");
    }).Taking(9);

    static Check Closes(string id, string title, Rule rule, Func<Scene, HubSocket, Task> end) => Check.Should(id, title, rule, async scene =>
    {
        var socket = await scene.SettledAsync();
        await end(scene, socket);
        await scene.ClosedAsync(socket, Limits.Attach, "the connection closed");
    });
}
