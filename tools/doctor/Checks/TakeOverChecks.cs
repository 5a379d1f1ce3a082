using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>Being the successor of a process that leaves, since version 2.</summary>
static class TakeOverChecks
{
    public static IEnumerable<Check> All =>
    [
        Second(Check.Must("takeover-token", "Asked to take over, the app shows the token of the webhook", Rules.TakeOver, scene => ShownAsync(scene, "handover_request"))),
        Second(Check.Must("takeover-resurrection", "A resurrection can bring a token, too", Rules.TakeOver, scene => ShownAsync(scene, "resurrection_request"))),
        Refused("takeover-token-invalid", "take_over_token_invalid"),
        Refused("takeover-token-expired", "take_over_token_expired"),
        Refused("takeover-token-mismatch", "take_over_token_mismatch"),
        Second(Check.Must("takeover-token-once", "Behind the ack the take-over token is shown no more", Rules.TakeOver, async scene =>
        {
            var socket = await TakenOverAsync(scene);
            await scene.SettleAsync(socket);
            socket.Abort();
            var call = await scene.NegotiateAsync(2);
            scene.Require(call.TakeOverToken is null && call.ReconnectToken == scene.Book.NewestToken, "the token of the ack alone",
                $"{scene.Name(call.ReconnectToken)}{(call.TakeOverToken is null ? "" : ", and the take-over token")}");
        })),
        Second(Check.Must("takeover-goes-on", "The successor goes on with the messages where the other process ended", Rules.HandOver, async scene =>
        {
            scene.Terms = new AckTerms { Resumed = true, TakenOver = true, Seq = 5 };
            var socket = await TakenOverAsync(scene);
            foreach (var seq in (int[])[5, 6, 7]) await socket.MessageAsync(Scene.Contract("handled", seq), seq);
            await scene.HandledAsync(7);
            scene.Require(scene.Handled.SequenceEqual([6, 7]), "handled: 6, 7", $"handled: {Scene.List(scene.Handled)}");
        }).With(Needs.Contract)),
        Second(Check.Must("takeover-keeps-set", "The successor does not empty the set of streams that it finds", Rules.SetKept, async scene =>
        {
            scene.Terms = new AckTerms { Resumed = true, TakenOver = true, Streams = ["doctor-kept"] };
            await TakenOverAsync(scene);
            await scene.PauseAsync(Limits.Seconds(2));
            scene.Require(scene.Book.Streams.Contains("doctor-kept"), "doctor-kept in the set", Scene.List(scene.Book.Streams));
        })),
        Second(Check.Should("takeover-own", "Asked to take over what it has, the app keeps it", Rules.HandOver, async scene =>
        {
            await scene.SettledAsync();
            await scene.AskAsync("handover_request", $"take.{Guid.NewGuid():n}");
            await scene.PauseAsync(Limits.Seconds(3));
            scene.Require(scene.Sockets.Any(socket => socket is { IsOpen: true, AckedAt: not null }), "a connection that is open", "none");
        })),
    ];

    static Check Second(Check check) => check.With(Needs.Version2);

    static async Task ShownAsync(Scene scene, string type)
    {
        var token = $"take.{Guid.NewGuid():n}";
        await scene.AskAsync(type, token);
        var call = await scene.NegotiateAsync(1, Limits.Attach);
        scene.Require(call.TakeOverToken == token, "the take-over token", call.TakeOverToken is null ? "none" : "another one");
        await scene.AttachedAsync(1);
    }

    static async Task<HubSocket> TakenOverAsync(Scene scene)
    {
        await scene.AskAsync("handover_request", $"take.{Guid.NewGuid():n}");
        return await scene.AttachedAsync(1);
    }

    static Check Refused(string id, string problem) => Second(Check.Must(id, $"{problem}: at once again without the token", Rules.TakeOverRefused, async scene =>
    {
        scene.OnNegotiate = call => call.TakeOverToken is null ? NegotiateReply.Go : NegotiateReply.Refuse(401, problem);
        await scene.AskAsync("handover_request", $"take.{Guid.NewGuid():n}");
        await scene.NegotiateAsync(1, Limits.Attach);
        var again = await scene.NegotiateAsync(2, Limits.Soon, "another try without the token");
        scene.Require(again.TakeOverToken is null, "no take-over token", "it again");
        await scene.AttachedAsync(1);
    }));
}
