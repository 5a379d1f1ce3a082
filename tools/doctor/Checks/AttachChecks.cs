using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>From a webhook to a connection.</summary>
static class AttachChecks
{
    public static IEnumerable<Check> All =>
    [
        Check.Must(CheckList.Attaches, "A started session is attached within 10 s", Rules.Accepts, FirstAsync).In(Stage.First),
        Check.Must("attach-fresh", "A session that is started does not say that it comes back", Rules.Hint, async scene =>
        {
            await scene.AttachAsync();
            var call = scene.Negotiates[0];
            scene.Require(call.Reconnect != "true" && call.ReconnectToken is null && call.LastSeq is null or 0, "no reconnect: true, no token and no lastSeq",
                $"reconnect {call.Reconnect ?? "absent"}, {scene.Name(call.ReconnectToken)}, lastSeq {call.LastSeqText ?? "absent"}");
        }),
        Check.Must("attach-address", "The connection is opened at the address that negotiate gave, query and all, with its access token", Rules.Redirect, async scene =>
        {
            await scene.AttachAsync();
            scene.Require(scene.Run.Tickets.All.Where(ticket => ticket.Scene == scene).All(ticket => ticket.Uses == 0 || ticket.KeepsQuery), "the query hub=apps of the address", "a socket without it");
        }),
        Check.Must("attach-one-connection", "An access token opens one connection: whoever comes back negotiates", Rules.OneConnection, scene =>
        {
            var used = scene.Run.Tickets.All.Count(ticket => ticket.Uses > 0);
            var again = scene.Run.Tickets.All.Where(ticket => ticket.Uses > 1).ToList();
            scene.Require(again.Count == 0, "one connection for each access token", $"{again.Count} tokens that opened more, such as in {again.FirstOrDefault()?.Scene.SessionId}");
            scene.Seen = $"{used} access tokens, each for one connection";
            return Task.CompletedTask;
        }).In(Stage.Last),
        Check.Must("attach-handshake", "The connection speaks SignalR's JSON protocol, version 1", Rules.Attachment, scene =>
        {
            var strange = scene.Run.Tickets.All.Where(ticket => ticket.Uses > 0 && ticket.Handshake?.Contains("json", StringComparison.Ordinal) == false).ToList();
            scene.Require(strange.Count == 0, "a handshake with the protocol json", $"{strange.FirstOrDefault()?.Handshake}");
            scene.Seen = $"{scene.Run.Tickets.All.Count(ticket => ticket.Handshake is not null)} handshakes";
            return Task.CompletedTask;
        }).In(Stage.Last),
        Check.Must("attach-once", "A connection that stands is the only one", Rules.Attachment, async scene =>
        {
            await scene.AttachAsync();
            await scene.QuietAsync(Limits.Seconds(3), "no further call of negotiate while the connection stands");
        }),
        Check.Must("attach-started-again", "Another start of a session that is attached leaves it attached", Rules.Accepts, async scene =>
        {
            await scene.SettledAsync();
            await scene.AskAsync();
            await scene.PauseAsync(Limits.Seconds(4));
            scene.Require(scene.Sockets.Count(socket => socket is { IsOpen: true, AckedAt: not null }) == 1, "one connection, open and greeted",
                $"{scene.Sockets.Count(socket => socket.IsOpen)} open of {scene.Sockets.Count}");
        }).Taking(5),
        Check.Must("attach-not-started", "Nothing attaches to a session that nobody started", Rules.NotStarted, scene =>
        {
            scene.Require(scene.Run.Strays.Count == 0, "calls of negotiate for sessions of webhooks only", $"{scene.Run.Strays.Count} others");
            scene.Seen = "none did";
            return Task.CompletedTask;
        }).In(Stage.Last),
    ];

    // What the other checks need to know of the app is found here.
    static async Task FirstAsync(Scene scene)
    {
        var socket = await scene.AttachAsync();
        scene.Run.AppVersion = scene.Negotiates[0].Version;
        scene.Seen = $"attached {Scene.Ms(socket.OpenedAt)} after the webhook; the app speaks version {scene.Run.AppVersion} of the wire";
        if (scene.Run.Options.Contract == ContractMode.Unspoken) return;
        await socket.MessageAsync(Scene.Contract("handled", 1));
        var echo = await scene.HappensAsync(() => scene.Echoes.Count > 0 ? scene.Echoes[0] : null, Limits.Soon);
        scene.Run.SpeaksContract = echo is not null || scene.Run.Options.Contract == ContractMode.Spoken;
        scene.Seen += scene.Run.SpeaksContract ? " and the doctor contract" : " and not the doctor contract";
    }
}
