using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>Messages: in order, and each once. Most need an app that tells what it handles.</summary>
static class MessageChecks
{
    public static IEnumerable<Check> All =>
    [
        Told("message-handled", "A message reaches its handler", Rules.InOrder, async scene =>
        {
            var socket = await scene.AttachAsync();
            await TellAsync(socket, 1);
            await scene.HandledAsync(1);
        }),
        Told("message-order", "Messages are handled in the order of their numbers", Rules.InOrder, scene => OrderAsync(scene, 20)),
        Told("message-crowd", "Two hundred messages at once are handled in order, and none is lost", Rules.InOrder, scene => OrderAsync(scene, 200)),
        Handles("message-once", "The same message again is dropped", Rules.Once, [1, 2, 2, 3], [1, 2, 3]),
        Handles("message-old", "A message with a lower number is dropped", Rules.Once, [1, 2, 3, 1, 2, 4], [1, 2, 3, 4]),
        Handles("message-gap", "A gap in the numbers is nothing: what is behind it is handled", Rules.InOrder, [1, 2, 7, 8], [1, 2, 7, 8]),
        Told("message-behind-ack", "What is not behind the number of the ack is dropped", Rules.InOrder, async scene =>
        {
            scene.Terms = new AckTerms { Seq = 10 };
            var socket = await scene.AttachAsync();
            foreach (var seq in (int[])[9, 10, 11]) await TellAsync(socket, seq);
            await ExpectAsync(scene, [11]);
        }),
        Told("message-over-reconnect", "What was handled before a loss is dropped when it comes again behind it", Rules.GoesOn, scene =>
            AgainAsync(scene, new AckTerms { Resumed = true, Seq = 0 }, [2, 3, 4], [1, 2, 3, 4])),
        Told("message-ack-ahead", "An ack that is ahead of the app counts", Rules.GoesOn, scene =>
            AgainAsync(scene, new AckTerms { Resumed = true, Seq = 7 }, [6, 7, 8], [1, 2, 3, 8])),
        Told("message-clean-start", "Behind a clean start the numbers begin anew", Rules.GoesOn, scene =>
            AgainAsync(scene, new AckTerms { Resumed = false, Seq = 0 }, [1, 2], [1, 2, 3, 1, 2])),
        Check.Must("message-any-body", "A body can be any JSON, of up to 16 KiB", Rules.AnyBody, AnyBodyAsync),
        Check.Must("message-unknown-fields", "Fields of a message that nobody knows are passed over", Rules.Tolerant, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.MessageAsync("hello", saysMore: true);
            await HasHandledAsync(scene, socket, 1);
        }),
        Told("message-fails", "A handler that fails does not keep the next message", Rules.InOrder, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.MessageAsync(Scene.Contract("fail", 1));
            await TellAsync(socket, 2);
            await scene.HandledAsync(2, Limits.Attach);
        }),
        Check.Should("message-publishers", "What publishers send to a stream reaches the handler of its target", Rules.Publishers, async scene =>
        {
            var socket = await scene.AttachAsync();
            await socket.SendAsync("doctor", new JsonObject { ["n"] = 1 });
            await scene.WaitAsync("the app tells that it has heard it", Limits.Soon, () => scene.Echoes.FirstOrDefault(echo => echo.What == "published"));
        }).With(Needs.Contract),
    ];

    static Check Told(string id, string title, Rule rule, Func<Scene, Task> play) => Check.Must(id, title, rule, play).With(Needs.Contract);

    static Check Handles(string id, string title, Rule rule, int[] sent, int[] handled) => Told(id, title, rule, async scene =>
    {
        var socket = await scene.AttachAsync();
        foreach (var seq in sent) await TellAsync(socket, seq);
        await ExpectAsync(scene, handled);
    });

    /// <summary>Sends a message that the app tells of; its number in the session is the one that it is told with.</summary>
    static Task TellAsync(HubSocket socket, int seq) => socket.MessageAsync(Scene.Contract("handled", seq), seq);

    static async Task ExpectAsync(Scene scene, int[] handled)
    {
        await scene.HappensAsync(() => scene.Handled.Count >= handled.Length ? scene : null, Limits.Attach);
        await scene.PauseAsync(Limits.Seconds(1.5));
        scene.Require(scene.Handled.SequenceEqual(handled), $"handled: {Scene.List(handled)}", $"handled: {Scene.List(scene.Handled)}");
        scene.Seen = $"handled: {Scene.List(scene.Handled)}";
    }

    static async Task OrderAsync(Scene scene, int count)
    {
        var socket = await scene.AttachAsync();
        for (var seq = 1; seq <= count; seq++) await TellAsync(socket, seq);
        await scene.HappensAsync(() => scene.Handled.Count >= count ? scene : null, Limits.Late);
        var handled = scene.Handled;
        var wrong = handled.Zip(Enumerable.Range(1, count)).FirstOrDefault(pair => pair.First != pair.Second);
        scene.Require(handled.Count == count && wrong == default, $"1 to {count} in order", wrong == default ? $"{handled.Count} messages" : $"{wrong.First} in the place of {wrong.Second}");
        scene.Seen = $"1 to {count} in order";
    }

    static async Task AgainAsync(Scene scene, AckTerms terms, int[] sent, int[] handled)
    {
        var socket = await scene.AttachAsync();
        foreach (var seq in (int[])[1, 2, 3]) await TellAsync(socket, seq);
        await scene.HandledAsync(3);
        scene.Terms = terms;
        socket.Abort();
        var next = await scene.AttachedAsync(2);
        foreach (var seq in sent) await TellAsync(next, seq);
        await ExpectAsync(scene, handled);
    }

    static async Task AnyBodyAsync(Scene scene)
    {
        var socket = await scene.AttachAsync();
        JsonNode[] bodies =
        [
            "text", "", 12, 1.5e-7, true, false, new JsonArray(), new JsonArray(1, "two", null), new JsonObject(), new JsonObject { ["deep"] = new JsonObject { ["er"] = new JsonArray(new JsonArray()) } },
            "\u0000 \" \\ \u2028 \ud83d\ude80 \u05d0", new string('x', 16 * 1024), long.MaxValue, 1e300,
        ];
        foreach (var body in bodies) await socket.MessageAsync(body);
        await HasHandledAsync(scene, socket, bodies.Length);
    }

    /// <summary>The messages so far are handled: also an app that tells nothing says at its next negotiate how far it is, if it says so at all.</summary>
    public static async Task HasHandledAsync(Scene scene, HubSocket socket, int count)
    {
        await scene.SettleAsync(socket);
        scene.Require(socket.IsOpen, "the connection open", "closed");
        socket.Abort();
        var call = await scene.NegotiateAsync(2);
        scene.Require(call.LastSeqText is null || call.LastSeq == count, $"lastSeq {count}", $"lastSeq {call.LastSeqText}");
        scene.Seen = call.LastSeq is { } seq ? $"the connection was kept, and lastSeq is {seq}" : "the connection was kept";
    }
}
