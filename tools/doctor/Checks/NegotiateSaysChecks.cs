using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>What negotiate is told: judged over all calls of the examination.</summary>
static class NegotiateSaysChecks
{
    public static IEnumerable<Check> All =>
    [
        Each(CheckLevel.Must, "negotiate-post", "Negotiate is called by POST", Rules.Negotiation, call => call.IsPost ? null : "another method"),
        Each(CheckLevel.Must, "negotiate-key", "Every call shows the API key of the package", Rules.Key, (call, run) => call.KeyFault(run.Options.ApiKey)),
        Each(CheckLevel.Must, "negotiate-key-hidden", "No call has a key in its address, where logs keep it", Rules.Key, call => call.KeyInQuery ? "a key in the query" : null),
        Each(CheckLevel.Must, "negotiate-names", "Every call names session and package", Rules.Session, (call, run) =>
            call.PackageName == run.Options.PackageName ? null : $"package {call.PackageName ?? "absent"}"),
        Each(CheckLevel.Must, "negotiate-known-fields", "The body has no field that negotiate does not know: it refuses those", Rules.InHeaders, call => call.Unknown is { } name ? $"the field {name}" : null),
        Check.Should("negotiate-instance", "Every call names the process, always by the same id", Rules.Instance, SameInstanceAsync).In(Stage.Last),
        Each(CheckLevel.Should, "negotiate-version", "Every call says which version of the wire is spoken", Rules.VersionSaid, call =>
            call.VersionText is null ? "none" : call.Version is >= 1 and <= WireText.MaxVersion ? null : $"version {call.VersionText}"),
        Each(CheckLevel.Should, "negotiate-attempt", "Every call says which try it is, from 1", Rules.Attempt, call =>
            call.AttemptText is null ? "none" : call.Attempt is >= 1 and <= WireText.MaxAttempt ? null : $"attempt {call.AttemptText}"),
        Check.Should("negotiate-attempt-first", "Behind an ack the tries are counted from 1 again", Rules.Attempt, async scene =>
        {
            var socket = await scene.SettledAsync();
            socket.Abort();
            var call = await scene.NegotiateAsync(2);
            scene.Require(call.Attempt == 1, "attempt 1", $"attempt {call.AttemptText ?? "absent"}");
        }),
        Check.Should("negotiate-attempt-counts", "Every failed try makes the number higher by one", Rules.Attempt, CountsAsync).Taking(8),
        Each(CheckLevel.Must, "negotiate-last-seq", "lastSeq is a whole number from 0, and one that the session was given", Rules.LastSeq, (call, run) =>
            call.LastSeqText is null || (call.LastSeq is { } seq && run.Find(call.SessionId!) is { } scene && seq <= scene.Book.LastSent) ? null : $"lastSeq {call.LastSeqText}"),
        Check.Should("negotiate-connect-refused", "A try behind one whose socket could not be opened says so", Rules.ConnectRefused, RefusedAsync).Taking(10),
    ];

    static Check Each(CheckLevel level, string id, string title, Rule rule, Func<NegotiateCall, string?> fault) => Each(level, id, title, rule, (call, _) => fault(call));

    // One fault is enough; who makes it has made it, whatever the other calls were like.
    static Check Each(CheckLevel level, string id, string title, Rule rule, Func<NegotiateCall, Examination, string?> fault) => new(id, level, title, rule)
    {
        Stage = Stage.Last,
        PlayAsync = scene =>
        {
            var run = scene.Run;
            var calls = run.Scenes.SelectMany(one => one.Negotiates.Select(call => (Scene: one, Call: call))).ToList();
            var faults = calls.Select(pair => (pair.Scene, Fault: fault(pair.Call, run))).Where(pair => pair.Fault is not null).ToList();
            scene.Require(faults.Count == 0, title, $"in {faults.Count} of {calls.Count} calls not; the first, in {faults.FirstOrDefault().Scene?.SessionId}: {faults.FirstOrDefault().Fault}");
            scene.Seen = $"in all of {calls.Count} calls";
            return Task.CompletedTask;
        },
    };

    static Task SameInstanceAsync(Scene scene)
    {
        var ids = scene.Run.Scenes.SelectMany(one => one.Negotiates).Select(call => call.InstanceId).Distinct().ToList();
        scene.Require(ids is [{ } id] && WireText.IsId(id), "one instance id in all calls", Scene.List(ids.Select(id => id ?? "none").Take(5)));
        scene.Seen = $"{ids[0]} in all calls";
        return Task.CompletedTask;
    }

    static async Task CountsAsync(Scene scene)
    {
        scene.OnNegotiate = _ => scene.Negotiates.Count < 3 ? NegotiateReply.Refuse(503, "not_now", "1") : NegotiateReply.Go;
        await scene.AskAsync();
        await scene.AttachedAsync(1, Limits.Late);
        var attempts = scene.Negotiates.Take(3).Select(call => call.Attempt).ToList();
        scene.Require(attempts.SequenceEqual([1, 2, 3]), "attempts 1, 2, 3", Scene.List(attempts.Select(attempt => attempt?.ToString() ?? "absent")));
    }

    static async Task RefusedAsync(Scene scene)
    {
        var nobody = new Uri("http://127.0.0.1:9/client/?hub=apps"); // The port of discard: nobody listens there.
        scene.OnNegotiate = _ => scene.Negotiates.Count == 1 ? NegotiateReply.Go with { Url = nobody } : NegotiateReply.Go;
        await scene.AskAsync();
        var second = await scene.NegotiateAsync(2, Limits.Late, "another try");
        scene.Require(second.ConnectRefused, "connectRefused: true", "nothing of it");
        var socket = await scene.AttachedAsync(1);
        await scene.SettleAsync(socket);
        socket.Abort();
        var next = await scene.NegotiateAsync(3);
        scene.Require(!next.ConnectRefused, "no connectRefused behind an ack", "it is still said");
    }
}
