using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>Telling what is handled, since version 2.</summary>
static class DoneChecks
{
    public static IEnumerable<Check> All =>
    [
        Second(Check.Must("done-told", "What is handled is told within seconds", Rules.DoneRhythm, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.MessageAsync("hello");
            var call = await DoneAsync(scene, socket, 1, Limits.Attach);
            scene.Seen = $"told at {Scene.Ms(call.At)}";
        })),
        Second(Check.Must("done-shape", "done has one object: seq, up to 20 failed with texts, last", Rules.DoneShape, ShapeAsync).In(Stage.Last)),
        Second(Check.Must("done-not-beyond", "done never names a message that was not sent", Rules.DoneShape, NotBeyondAsync).In(Stage.Last)),
        Second(Check.Must("done-not-ahead", "done never comes before the handler has returned", Rules.DoneShape, NotAheadAsync).With(Needs.Contract).Taking(6)),
        Second(Check.Must("done-cumulative", "The last done names the last message", Rules.DoneCumulative, async scene =>
        {
            var socket = await scene.AttachAsync();
            for (var i = 0; i < 5; i++) await socket.MessageAsync("hello");
            await DoneAsync(scene, socket, 5, Limits.Attach);
            var seqs = socket.CallsOf("done").Select(call => call.Number("seq") ?? -1).ToList();
            scene.Require(seqs.SequenceEqual(seqs.Order()), "numbers that never fall", Scene.List(seqs));
        })),
        Second(Check.Should("done-batched", "While nobody waits it is told about once a second at most", Rules.DoneRhythm, async scene =>
        {
            var socket = await scene.AttachAsync();
            for (var i = 0; i < 30; i++)
            {
                await socket.MessageAsync("hello");
                await scene.PauseAsync(Limits.Seconds(0.1));
            }
            await DoneAsync(scene, socket, 30, Limits.Attach);
            var calls = socket.CallsOf("done").Count();
            scene.Require(calls <= 9, "at most 9 calls for 30 messages in 3 s", $"{calls}");
            scene.Seen = $"{calls} calls for 30 messages in 3 s";
        }).Taking(7)),
        Second(Check.Must("done-prompt", "A message that somebody waits for is told when it is handled", Rules.Prompt, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.MessageAsync("hello", prompt: true);
            await DoneAsync(scene, socket, 1, Limits.Soon);
        })),
        Second(Check.Should("done-prompt-soon", "Messages that somebody waits for are told at once, one after the other", Rules.Prompt, async scene =>
        {
            const int Count = 5;
            var socket = await scene.AttachAsync();
            var since = scene.Now;
            for (var seq = 1; seq <= Count; seq++)
            {
                await socket.MessageAsync("hello", prompt: true);
                await DoneAsync(scene, socket, seq, Limits.Attach);
            }
            var took = scene.Now - since;
            scene.Require(took <= Limits.Seconds(10), $"{Count} in less time than {Count} times 2.5 s", Scene.Ms(took));
            scene.Seen = $"{Count} in {Scene.Ms(took)}";
        })),
        Second(Check.Should("done-prompt-again", "A message that comes again because somebody waits for it is told again", Rules.Prompt, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.MessageAsync("hello");
            await DoneAsync(scene, socket, 1, Limits.Attach);
            var told = socket.CallsOf("done").Count();
            await socket.MessageAsync("hello", seq: 1, prompt: true);
            await scene.WaitAsync("done once more", Limits.Soon, () => socket.CallsOf("done").Count() > told ? socket : null);
        }).Taking(5)),
        Second(Check.Must("done-tell", "tell is answered with done, whether or not there is news", Rules.TellNow, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.MessageAsync("hello");
            await DoneAsync(scene, socket, 1, Limits.Attach);
            var told = socket.CallsOf("done").Count();
            await socket.SendAsync("tell", new JsonObject());
            await scene.WaitAsync("done once more", Limits.Soon, () => socket.CallsOf("done").Count() > told ? socket : null);
        }).Taking(5)),
        Second(Check.Should("done-over-next", "What could not be told over one connection is told over the next", Rules.DoneNext, async scene =>
        {
            var socket = await scene.AttachAsync();
            scene.OnCall = (_, call) => call.Method == "done" ? Task.FromResult<HubResult?>(null) : scene.AnswerAsync(socket, call);
            await socket.MessageAsync("hello");
            await scene.SettleAsync(socket);
            scene.OnCall = scene.AnswerAsync;
            socket.Abort();
            var next = await scene.AttachedAsync(2);
            await DoneAsync(scene, next, 1, Limits.Attach);
        }).Taking(6)),
        Second(Check.Should("done-refused", "A done that fails on Lifecycle's side is said again, and not in a spin", Rules.TriedLater, async scene =>
        {
            scene.OnCall = (socket, call) => call.Method == "done" && socket.CallsOf("done").Count() <= 1 ? Task.FromResult<HubResult?>(new HubResult(false, "internal")) : scene.AnswerAsync(socket, call);
            var socket = await scene.AttachAsync();
            await socket.MessageAsync("hello");
            await scene.WaitAsync("done once more", Limits.Seconds(20), () => socket.CallsOf("done").Count() > 1 ? socket : null);
            await scene.PauseAsync(Limits.Seconds(1));
            var calls = socket.CallsOf("done").Count();
            scene.Require(calls <= 3, "one or two more", $"{calls - 1} more");
        }).Taking(8)),
        Second(Check.Should("done-failed", "A handler that failed is told, with why", Rules.DoneShape, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.MessageAsync(Scene.Contract("fail", 1));
            await scene.CallAsync(socket, "done", Limits.Seconds(15), call => FailedOf(call).Any(failed => failed.Seq == 1 && failed.Error?.Length > 0), "done with the message among failed");
        }).With(Needs.Contract).Taking(5)),
    ];

    static Check Second(Check check) => check.With(Needs.Version2);

    static Task<HubCall> DoneAsync(Scene scene, HubSocket socket, long seq, TimeSpan within) =>
        scene.CallAsync(socket, "done", within, call => call.Number("seq") >= seq, $"done up to {seq}");

    static async Task NotAheadAsync(Scene scene)
    {
        var socket = await scene.AttachAsync();
        var slow = Scene.Contract("sleep", 1);
        slow["ms"] = 3_000;
        await socket.MessageAsync(slow, prompt: true);
        await scene.PauseAsync(Limits.Seconds(1));
        await socket.SendAsync("tell", new JsonObject());
        var handled = await scene.HandledAsync(1, Limits.Attach);
        var done = await DoneAsync(scene, socket, 1, Limits.Attach);
        scene.Require(done.At >= handled.At, "done behind the handler", $"done {Scene.Ms(handled.At - done.At)} before the handler had returned");
        scene.Seen = $"done {Scene.Ms(done.At - handled.At)} behind the handler";
    }

    static Task ShapeAsync(Scene scene)
    {
        var calls = CallsOf(scene);
        var bad = calls.Where(pair => pair.Call.Count != 1 || pair.Call.Number("seq") is not >= 0 || FailedOf(pair.Call).Count > WireText.MaxFailed
            || FailedOf(pair.Call).Any(failed => failed.Seq is null || failed.Error is null)).ToList();
        scene.Require(bad.Count == 0, "{ seq, failed?: [{ seq, error }], last? }", $"{bad.FirstOrDefault().Call}");
        scene.Seen = $"in all of {calls.Count} calls";
        return Task.CompletedTask;
    }

    static Task NotBeyondAsync(Scene scene)
    {
        var calls = CallsOf(scene);
        var bad = calls.Where(pair => pair.Call.Number("seq") > Math.Max(pair.Scene.Book.LastSent, pair.Socket.Highest)).ToList();
        scene.Require(bad.Count == 0, "numbers up to the last message", $"in {bad.FirstOrDefault().Scene?.SessionId}: {bad.FirstOrDefault().Call}");
        scene.Seen = $"in all of {calls.Count} calls";
        return Task.CompletedTask;
    }

    static List<(Scene Scene, HubSocket Socket, HubCall Call)> CallsOf(Scene scene)
    {
        var calls = scene.Run.Calls.Where(pair => pair.Call.Method == "done").ToList();
        if (calls.Count == 0) Scene.Skip("the app never called done");
        return calls;
    }

    static List<(long? Seq, string? Error)> FailedOf(HubCall call) =>
        call.Argument(0).ValueKind == JsonValueKind.Object && call.Argument(0).TryGetProperty("failed", out var failed) && failed.ValueKind == JsonValueKind.Array
            ? [.. failed.EnumerateArray().Select(one => (
                one.TryGetProperty("seq", out var seq) && seq.TryGetInt64(out var number) ? number : (long?)null,
                one.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString() : null))]
            : [];
}
