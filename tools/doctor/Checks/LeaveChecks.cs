using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>The process leaves: all of these wait for the same SIGTERM.</summary>
static class LeaveChecks
{
    public static IEnumerable<Check> All =>
    [
        Leave("leave-webhook", CheckLevel.Should, "A process that leaves answers webhooks with 503, its name and Retry-After", Rules.Leaves, WebhookAsync),
        Leave("leave-asks", CheckLevel.Should, "It asks for a successor of each session", Rules.HandOver, async (scene, socket) => await AskedAsync(scene, socket)).With(Needs.Version2),
        Leave("leave-stays", CheckLevel.Must, "It stays attached until a successor is there", Rules.HandOver, async (scene, socket) =>
        {
            await AskedAsync(scene, socket);
            await scene.PauseAsync(Limits.Seconds(1)); // How long it waits for a successor is the app's own choice.
            scene.Require(socket.IsOpen, "the connection open a second later", "closed");
        }).With(Needs.Version2),
        Leave("leave-serves", CheckLevel.Must, "It handles messages meanwhile", Rules.HandOver, async (scene, socket) =>
        {
            await AskedAsync(scene, socket);
            await socket.MessageAsync(Scene.Contract("handled", 1));
            await scene.HandledAsync(1);
        }).With(Needs.Version2 | Needs.Contract),
        Leave("leave-done-first", CheckLevel.Should, "It tells what is handled before it asks", Rules.HandOverDone, DoneFirstAsync).With(Needs.Version2),
        Leave("leave-again", CheckLevel.Should, "When it loses a connection meanwhile it comes back, and asks again", Rules.HandOverAgain, async (scene, socket) =>
        {
            await AskedAsync(scene, socket);
            socket.Abort();
            var next = await scene.AttachedAsync(2);
            await AskedAsync(scene, next);
        }).With(Needs.Version2),
        Leave("leave-refused", CheckLevel.Should, "When the call fails on Lifecycle's side it asks again, and not in a spin", Rules.TriedLater, async (scene, socket) =>
        {
            await scene.WaitAsync("handOver once more", Limits.Seconds(15), () => socket.CallsOf("handOver").Count() > 1 ? socket : null);
            await scene.PauseAsync(Limits.Seconds(1));
            scene.Require(socket.CallsOf("handOver").Count() <= 4, "one to three more", $"{socket.CallsOf("handOver").Count() - 1} more");
        }).With(Needs.Version2),
        Leave("leave-handed-over", CheckLevel.Must, "Handed over, it says how far it came, with last, closes, and does not come back", Rules.HandedOver, HandedOverAsync).With(Needs.Version2),
        Leave("leave-running", CheckLevel.Must, "Handed over, it ends the handler that runs and begins no other", Rules.HandedOver, RunningAsync).With(Needs.Version2 | Needs.Contract),
        Leave("leave-drains", CheckLevel.Should, "Without a successor it closes the connection when the limit of the ack is over, without a goodbye", Rules.HandOverLimit, async (scene, socket) =>
        {
            await scene.ClosedAsync(socket, Limits.Seconds(35), "the connection closed");
            scene.Require(!socket.CallsOf("release").Any(), "no release: Lifecycle is to start the session elsewhere", "release");
        }, handOverMs: 4_000),
        Leave("leave-version-1", CheckLevel.Must, "A Lifecycle of version 1 is asked for no successor: the connection is closed without a goodbye", Rules.OldServer, async (scene, socket) =>
        {
            await scene.ClosedAsync(socket, Limits.Seconds(45), "the connection closed");
            scene.Require(!socket.Calls.Any(call => call.Method is "handOver" or "done" or "release"), "none of handOver, done and release", Scene.List(socket.Calls));
        }, version: null),
        Leave("leave-ends", CheckLevel.Should, "The process ends within 30 s, before Kubernetes kills it", Rules.HandOverLimit, EndsAsync, handOverMs: 4_000),
    ];

    static Check Leave(
        string id, CheckLevel level, string title, Rule rule, Func<Scene, HubSocket, Task> play, int handOverMs = 20_000, int? version = WireText.Version) => new(id, level, title, rule)
        {
            Needs = Needs.Attach | Needs.Leaver,
            Stage = Stage.Leaving,
            Seconds = 10,
            PlayAsync = async scene =>
            {
                scene.Terms = new AckTerms { HandOverMs = handOverMs, Version = version };
                var socket = await scene.SettledAsync();
                if (id == "leave-refused") scene.OnCall = RefuseOnceAsync(scene);
                if (id == "leave-done-first") await socket.MessageAsync("hello");
                await scene.PauseAsync(Limits.Seconds(0.5));
                await scene.LeaveAsync();
                await play(scene, socket);
            },
        };

    static Func<HubSocket, HubCall, Task<HubResult?>> RefuseOnceAsync(Scene scene) => (socket, call) =>
        call.Method == "handOver" && socket.CallsOf("handOver").Count() <= 1 ? Task.FromResult<HubResult?>(new HubResult(false, "internal")) : scene.AnswerAsync(socket, call);

    static Task<HubCall> AskedAsync(Scene scene, HubSocket socket) => scene.CallAsync(socket, "handOver", Limits.Attach);

    static async Task WebhookAsync(Scene scene, HubSocket socket)
    {
        await scene.PauseAsync(Limits.Seconds(1));
        var late = scene.Sibling();
        var answer = await late.SendAsync(late.Draft());
        scene.Require(answer.Status == 503 && answer.Leaving == socket.Origin.InstanceId && answer.RetryAfter is not null,
            $"503 with x-lifecycle-leaving: {socket.Origin.InstanceId} and Retry-After",
            $"{answer}, {(answer.Leaving is null ? "no x-lifecycle-leaving" : $"x-lifecycle-leaving: {answer.Leaving}")}, {(answer.RetryAfter is null ? "no Retry-After" : $"Retry-After: {answer.RetryAfter}")}");
        scene.Seen = $"{answer}, with both headers";
    }

    static async Task DoneFirstAsync(Scene scene, HubSocket socket)
    {
        var asked = await AskedAsync(scene, socket);
        var done = socket.CallsOf("done").FirstOrDefault(call => call.Number("seq") >= 1);
        scene.Require(done is not null && done.At <= asked.At, "done up to 1 before handOver", done is null ? "no done" : $"done {Scene.Ms(done.At - asked.At)} behind it");
    }

    static async Task HandedOverAsync(Scene scene, HubSocket socket)
    {
        await AskedAsync(scene, socket);
        await SupersedeAsync(socket);
        await scene.CallAsync(socket, "done", Limits.Attach, call => call.IsTrue("last"), "done with last");
        await scene.ClosedAsync(socket, Limits.Attach, "the connection closed");
        await scene.QuietAsync(Limits.Seconds(3), "no reconnect");
    }

    static async Task BusyAsync(HubSocket socket)
    {
        var slow = Scene.Contract("sleep", 1);
        slow["ms"] = 6_000;
        await socket.MessageAsync(slow);
        await socket.MessageAsync(Scene.Contract("handled", 2));
    }

    static async Task RunningAsync(Scene scene, HubSocket socket)
    {
        await AskedAsync(scene, socket);
        await BusyAsync(socket);
        await scene.PauseAsync(Limits.Seconds(2)); // The first handler has begun by now, and runs for four seconds more.
        await SupersedeAsync(socket);
        var last = await scene.CallAsync(socket, "done", Limits.Seconds(15), call => call.IsTrue("last"), "done with last");
        scene.Require(last.Number("seq") == 1 && scene.Handled.SequenceEqual([1]), "done up to 1 behind the handler of message 1, and message 2 not begun", $"done up to {last.Number("seq")}, handled: {Scene.List(scene.Handled)}");
    }

    static Task SupersedeAsync(HubSocket socket) => socket.SendAsync("superseded", new JsonObject { ["reason"] = "superseded", ["handedOver"] = true });

    static async Task EndsAsync(Scene scene, HubSocket socket)
    {
        if (scene.Run.Leaving!.HasExited() is null) Scene.Skip("no process id is given");
        var limit = Limits.Seconds(40);
        var since = scene.Now;
        while (scene.Run.Leaving!.HasExited() == false && scene.Now - since < limit) await scene.PauseAsync(Limits.Seconds(0.25));
        var took = scene.Now - since;
        scene.Require(took < Limits.Seconds(30), "the process ended within 30 s", took >= limit ? $"it runs after {Scene.Ms(took)}" : $"after {Scene.Ms(took)}");
        scene.Seen = $"it ended after {Scene.Ms(took)}";
    }
}
