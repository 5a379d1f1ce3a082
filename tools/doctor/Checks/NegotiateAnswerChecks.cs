using System.Globalization;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>What becomes of each answer of negotiate.</summary>
static class NegotiateAnswerChecks
{
    public static IEnumerable<Check> All =>
    [
        Check.Must("negotiate-unavailable", "A 503 is tried again, and the tries are spaced", Rules.Spaced, scene => SpacedAsync(scene, NegotiateReply.Refuse(503, "not_now"))).Taking(10),
        Check.Must("negotiate-error", "A 500 is tried again, and the tries are spaced", Rules.Spaced, scene => SpacedAsync(scene, NegotiateReply.Refuse(500, "internal"))).Taking(10),
        Check.Must("negotiate-gateway", "A 502 of a gateway is tried again, and the tries are spaced", Rules.TriedAgain, scene => SpacedAsync(scene, NegotiateReply.Gateway(502))).Taking(10),
        Check.Must("negotiate-dropped", "A call whose connection breaks is tried again, and the tries are spaced", Rules.Spaced, scene => SpacedAsync(scene, NegotiateReply.Drop)).Taking(10),
        Check.Should("negotiate-garbage", "A 200 without an address is tried again, and the tries are spaced", Rules.TriedAgain, scene => SpacedAsync(scene, NegotiateReply.Go with { Raw = "{\"hello\":1}" })).Taking(10),
        Check.Should("negotiate-foreign-404", "A 404 that is not Lifecycle's is no last word", Rules.TriedAgain, scene => SpacedAsync(scene, NegotiateReply.Gateway(404))).Taking(10),
        RetryAfter("negotiate-retry-after", "Retry-After of a 503 is honoured", _ => NegotiateReply.Refuse(503, "not_now", "4"), Rules.RetryAfter),
        RetryAfter("negotiate-retry-after-429", "Retry-After of a 429 is honoured", _ => NegotiateReply.Refuse(429, "too_many", "4"), Rules.RetryAfter),
        // A date has whole seconds: five from now are four at least.
        RetryAfter("negotiate-retry-after-date", "Retry-After as a date is honoured", scene =>
            NegotiateReply.Refuse(503, "not_now", scene.Run.Time.GetUtcNow().AddSeconds(5).ToString("R", CultureInfo.InvariantCulture)), Rules.RetryAfter),
        RetryAfter("negotiate-engine-busy", "An engine that is behind is asked again when Retry-After is over", _ => NegotiateReply.Refuse(503, "engine_busy", "4"), Rules.EngineBusy),
        Check.Must("negotiate-service-away", "While the service is away the app comes in its slots, again and again", Rules.ServiceAway, SlotsAsync).Taking(14),
        Check.Should("negotiate-service-away-soon", "In a slot the app comes at most a second late, however long the service is away", Rules.ServiceAway, scene => SlotsAsync(scene, Limits.Seconds(4))).Taking(14),
        Check.Must("negotiate-wrong-key", "A 401 about the key is final, and not hammered", Rules.FinalAnswers, scene => FinalAsync(scene, 401, "unauthorized")).Taking(8),
        Check.Should("negotiate-not-found", "A 404 of Lifecycle's is final", Rules.FinalAnswers, scene => FinalAsync(scene, 404, "not_found")).Taking(8),
        Check.Should("negotiate-rejected", "A 400 of Lifecycle's is final", Rules.FinalAnswers, scene => FinalAsync(scene, 400, "invalid_negotiate")).Taking(8),
        TokenRefused("negotiate-token-invalid", "reconnect_token_invalid"),
        TokenRefused("negotiate-token-expired", "reconnect_token_expired"),
        TokenRefused("negotiate-token-mismatch", "reconnect_token_mismatch"),
        Check.Must("negotiate-slow", "An answer that takes 3 s is waited for", Rules.Negotiation, async scene =>
        {
            scene.OnNegotiate = _ => NegotiateReply.Go with { Delay = Limits.Seconds(3) };
            await scene.AskAsync();
            await scene.AttachedAsync(1, Limits.Late);
            scene.Require(scene.Negotiates.Count <= 2, "one call, or two", $"{scene.Negotiates.Count} calls");
        }).Taking(5),
        Check.Must("negotiate-hangs", "A call that is never answered is given up, and made again", Rules.Spaced, async scene =>
        {
            scene.OnNegotiate = _ => scene.Negotiates.Count == 1 ? NegotiateReply.Hang : NegotiateReply.Go;
            await scene.AskAsync();
            await scene.AttachedAsync(1, Limits.Seconds(45), "another try, and a connection");
            scene.Seen = $"the second try came {Scene.Ms(scene.Negotiates[1].At - scene.Negotiates[0].At)} after the first";
        }).Taking(14),
        Check.Must("negotiate-transport-refused", "SignalR's own negotiate refused with 503 is one more failed try", Rules.Spaced, scene => TransportAsync(scene, 503)).Taking(8),
        Check.Must("negotiate-transport-unauthorized", "An access token that the service does not take is no last word: another one is negotiated", Rules.OneConnection, scene => TransportAsync(scene, 401)).Taking(8),
    ];

    // Refuses for six seconds: an app must have come again by then, and not in a spin.
    static async Task SpacedAsync(Scene scene, NegotiateReply reply)
    {
        var during = Limits.Seconds(6);
        scene.OnNegotiate = call => call.At < during ? reply : NegotiateReply.Go;
        await scene.AskAsync();
        await scene.AttachedAsync(1, Limits.Seconds(40), "another try, and a connection");
        var refused = scene.Negotiates.Count(call => call.At < during);
        scene.Require(refused <= 15, $"at most 15 tries in {during.TotalSeconds:0} s", $"{refused}");
        scene.Seen = $"{refused} tries in {during.TotalSeconds:0} s, attached {Scene.Ms(scene.Sockets[0].OpenedAt)} after the webhook";
    }

    static Check RetryAfter(string id, string title, Func<Scene, NegotiateReply> reply, Rule rule) => Check.Must(id, title, rule, async scene =>
    {
        scene.OnNegotiate = _ => scene.Negotiates.Count == 1 ? reply(scene) : NegotiateReply.Go;
        await scene.AskAsync();
        var second = await scene.NegotiateAsync(2, Limits.Late, "another try");
        await scene.AttachedAsync(1);
        var wait = second.At - scene.Negotiates[0].At;
        scene.Require(wait >= Limits.Seconds(4) - Limits.Early && wait <= Limits.Seconds(4 + 10), "another try 4 s later, or a little more", $"{Scene.Ms(wait)} later");
        scene.Seen = $"another try {Scene.Ms(wait)} later";
    }).Taking(8);

    static Task SlotsAsync(Scene scene) => SlotsAsync(scene, Limits.Seconds(10));

    static async Task SlotsAsync(Scene scene, TimeSpan late)
    {
        const int Times = 4;
        scene.OnNegotiate = _ => scene.Negotiates.Count <= Times ? NegotiateReply.Refuse(503, "service_away", "2") : NegotiateReply.Go;
        await scene.AskAsync();
        await scene.AttachedAsync(1, Limits.Seconds(70), "a connection when the service is back");
        var waits = scene.Negotiates.Zip(scene.Negotiates.Skip(1), (first, next) => next.At - first.At).Take(Times).ToList();
        scene.Require(waits.TrueForAll(wait => wait >= Limits.Seconds(2) - Limits.Early && wait <= Limits.Seconds(2) + late),
            $"every try 2 s behind the one before, and at most {late.TotalSeconds:0} s later", Scene.List(waits.Select(Scene.Ms)));
        scene.Seen = $"tries after {Scene.List(waits.Select(Scene.Ms))}";
    }

    static async Task FinalAsync(Scene scene, int status, string problem)
    {
        scene.OnNegotiate = _ => NegotiateReply.Refuse(status, problem);
        await scene.AskAsync();
        await scene.NegotiateAsync(1);
        await scene.PauseAsync(Limits.Quiet);
        scene.Require(scene.Negotiates.Count <= 2, $"no further call within {Limits.Quiet.TotalSeconds:0} s", $"{scene.Negotiates.Count - 1} further calls");
    }

    static Check TokenRefused(string id, string problem) => Check.Must(id, $"{problem}: at once again without the token, as the same process, with lastSeq", Rules.TokenRefused, async scene =>
    {
        var socket = await scene.AttachAsync();
        await socket.MessageAsync("hello");
        await scene.SettleAsync(socket);
        scene.OnNegotiate = call => call.ReconnectToken is null ? NegotiateReply.Go : NegotiateReply.Refuse(401, problem);
        socket.Abort();
        var refused = await scene.NegotiateAsync(2);
        scene.Require(refused.ReconnectToken is not null, "the token of the ack", "none");
        var again = await scene.NegotiateAsync(3, Limits.Soon, "another try without the token");
        scene.Require(again.ReconnectToken is null && again.Reconnect == "true" && again.LastSeq == 1 && again.InstanceId == refused.InstanceId,
            "no token, reconnect: true, lastSeq 1, the same instance id",
            $"{scene.Name(again.ReconnectToken)}, reconnect {again.Reconnect ?? "absent"}, lastSeq {again.LastSeqText ?? "absent"}, {(again.InstanceId == refused.InstanceId ? "the same" : "another")} instance id");
        await scene.AttachedAsync(2);
    }).Taking(4);

    static async Task TransportAsync(Scene scene, int status)
    {
        scene.TransportStatus = status;
        await scene.AskAsync();
        // An app that goes to the socket without asking for transports meets no refusal.
        await scene.HappensAsync(() => scene.Negotiates.Count >= 2 || scene.Sockets.Count > 0 ? scene : null, Limits.Late);
        if (scene.Sockets.Count > 0) Scene.Skip("the app opens sockets without asking for transports");
        scene.TransportStatus = null;
        await scene.AttachedAsync(1, Limits.Late);
        scene.Require(scene.Negotiates.Count >= 2, "another call of negotiate", "none");
    }
}
