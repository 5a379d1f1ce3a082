using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>The set of streams.</summary>
static class SubscriptionChecks
{
    const string Method = "setSubscriptions";

    static readonly string[] two = ["doctor-a", "doctor/b:c"];

    public static IEnumerable<Check> All =>
    [
        Check.Must("subscriptions-shape", "setSubscriptions has two arguments: names of streams, and a whole number", Rules.SetShape, ShapeAsync).In(Stage.Last),
        Check.Must("subscriptions-version", "setSubscriptions names the version that was told last", Rules.SetVersion, VersionAsync).In(Stage.Last),
        Contract("subscriptions-replaced", CheckLevel.Must, "The set that the app wants is asked for", Rules.SetShape, async scene =>
        {
            await SubscribedAsync(scene, two);
            scene.Require(scene.Book.Streams.Order().SequenceEqual(two.Order()), Scene.List(two), Scene.List(scene.Book.Streams));
        }),
        Contract("subscriptions-empty", CheckLevel.Must, "The empty set is asked for like any other", Rules.SetShape, async scene =>
        {
            var socket = await SubscribedAsync(scene, two);
            await socket.MessageAsync(Wish(2, []));
            await scene.CallAsync(socket, Method, holds: call => call.Argument(0) is { ValueKind: JsonValueKind.Array } set && set.GetArrayLength() == 0, expected: "setSubscriptions([], …)");
        }),
        Contract("subscriptions-kept", CheckLevel.Must, "A set that is still in force after a reconnect stays", Rules.SetKept, async scene =>
        {
            var socket = await SubscribedAsync(scene, two);
            socket.Abort();
            await scene.AttachedAsync(2);
            await scene.PauseAsync(Limits.Seconds(3));
            scene.Require(scene.Book.Streams.Order().SequenceEqual(two.Order()), Scene.List(two), Scene.List(scene.Book.Streams));
        }),
        Contract("subscriptions-restored", CheckLevel.Should, "A set that was lost is asked for again", Rules.SetKept, async scene =>
        {
            var socket = await SubscribedAsync(scene, two);
            scene.Terms = new AckTerms { Streams = [] };
            socket.Abort();
            var next = await scene.AttachedAsync(2);
            await scene.CallAsync(next, Method, Limits.Back, call => NamesOf(call).Order().SequenceEqual(two.Order()), $"setSubscriptions with {Scene.List(two)}");
        }),
        Contract("subscriptions-conflict", CheckLevel.Must, "When the set has changed meanwhile the app asks again, naming the newer version", Rules.SetVersion, ConflictAsync),
        Contract("subscriptions-told", CheckLevel.Must, "A set that is told unasked is the one that the next call replaces", Rules.SetVersion, async scene =>
        {
            var socket = await scene.SettledAsync();
            lock (scene.Gate) (scene.Book.Streams, scene.Book.SetVersion) = (["theirs"], scene.Book.SetVersion + 7);
            await socket.SubscriptionsAsync(accepted: true);
            await scene.PauseAsync(Limits.Seconds(1));
            await socket.MessageAsync(Wish(1, two));
            var call = await scene.CallAsync(socket, Method, holds: call => NamesOf(call).Contains(two[0]));
            scene.Require(VersionOf(call) == 7, "version 7", $"{call}");
        }),
    ];

    static Check Contract(string id, CheckLevel level, string title, Rule rule, Func<Scene, Task> play) =>
        new Check(id, level, title, rule) { PlayAsync = play }.With(Needs.Contract).Taking(5);

    static async Task<HubSocket> SubscribedAsync(Scene scene, string[] streams)
    {
        var socket = await scene.AttachAsync();
        await socket.MessageAsync(Wish(1, streams));
        await scene.CallAsync(socket, Method, holds: call => NamesOf(call).Order().SequenceEqual(streams.Order()), expected: $"setSubscriptions with {Scene.List(streams)}");
        await scene.PauseAsync(Limits.Seconds(0.5));
        return socket;
    }

    static async Task ConflictAsync(Scene scene)
    {
        var isFirst = true;
        scene.OnCall = async (socket, call) =>
        {
            if (call.Method != Method || !NamesOf(call).Contains(two[0]) || !isFirst) return await scene.AnswerAsync(socket, call);
            isFirst = false;
            lock (scene.Gate) (scene.Book.Streams, scene.Book.SetVersion) = (["theirs"], 5);
            await socket.SubscriptionsAsync(accepted: false);
            return HubResult.Accepted;
        };
        var socket = await scene.AttachAsync();
        await socket.MessageAsync(Wish(1, two));
        await scene.CallAsync(socket, Method, Limits.Back, call => NamesOf(call).Contains(two[0]) && VersionOf(call) == 5, "setSubscriptions again, with version 5");
    }

    static JsonObject Wish(int n, string[] streams)
    {
        var wish = Scene.Contract("subscribe", n);
        wish["streams"] = JsonSerializer.SerializeToNode(streams);
        return wish;
    }

    static IEnumerable<string> NamesOf(HubCall call) => call.Argument(0).ValueKind == JsonValueKind.Array
        ? call.Argument(0).EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String ? name.GetString()! : "")
        : [];

    static int? VersionOf(HubCall call) => call.Argument(1).ValueKind == JsonValueKind.Number && call.Argument(1).TryGetInt32(out var version) ? version : null;

    static Task ShapeAsync(Scene scene)
    {
        var calls = CallsOf(scene);
        var bad = calls.Where(pair => pair.Call.Count != 2 || pair.Call.Argument(0).ValueKind != JsonValueKind.Array || pair.Call.Argument(0).GetArrayLength() > WireText.MaxStreams
            || !NamesOf(pair.Call).All(WireText.IsStream) || VersionOf(pair.Call) is not >= 0).ToList();
        scene.Require(bad.Count == 0, "an array of stream names, and a version", $"{bad.FirstOrDefault().Call}");
        scene.Seen = $"in all of {calls.Count} calls";
        return Task.CompletedTask;
    }

    static Task VersionAsync(Scene scene)
    {
        var calls = CallsOf(scene);
        var bad = calls.Where(pair => VersionOf(pair.Call) is { } version && !pair.Socket.IsToldSet(version, pair.Call.At)).ToList();
        scene.Require(bad.Count == 0, "the version of the last ack or subscriptions message", $"in {bad.Count} of {calls.Count} calls another one, such as in {bad.FirstOrDefault().Scene?.SessionId}: {bad.FirstOrDefault().Call}");
        scene.Seen = $"in all of {calls.Count} calls";
        return Task.CompletedTask;
    }

    static List<(Scene Scene, HubSocket Socket, HubCall Call)> CallsOf(Scene scene)
    {
        var calls = scene.Run.Calls.Where(pair => pair.Call.Method == Method).ToList();
        if (calls.Count == 0) Scene.Skip("the app never called setSubscriptions");
        return calls;
    }
}
