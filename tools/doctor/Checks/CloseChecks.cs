using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>Every way in which a connection can end.</summary>
static class CloseChecks
{
    public static IEnumerable<Check> All =>
    [
        ComesBack("close-1000", "A close frame 1000 is a loss like any other", socket => socket.CloseFrameAsync(1000)),
        ComesBack("close-1001", "A close frame 1001 is a loss like any other", socket => socket.CloseFrameAsync(1001)),
        ComesBack("close-1011", "A close frame 1011 is a loss like any other", socket => socket.CloseFrameAsync(1011)),
        ComesBack("close-1012", "A close frame 1012 (restart) is a loss like any other", socket => socket.CloseFrameAsync(1012)),
        ComesBack("close-1006", "A connection that breaks off without a frame is a loss like any other", socket =>
        {
            socket.Abort();
            return Task.CompletedTask;
        }),
        ComesBack("close-message", "A close message without an error is a loss", socket => socket.CloseMessageAsync()),
        ComesBack("close-allow-reconnect", "A close message that allows a reconnect is a loss", socket => socket.CloseMessageAsync("service restarts", allowReconnect: true)),
        ComesBack("close-no-reconnect", "A close message that allows no reconnect is a loss: that is between SignalR and its client", socket => socket.CloseMessageAsync("connection timed out", allowReconnect: false)),
        ComesBack("close-unknown-word", "A reason that is not known is a loss", socket => socket.CloseMessageAsync("weather")),
        ComesBack("close-stale-connect", "stale_connect is a loss", socket => socket.CloseMessageAsync("stale_connect"), Rules.StaleConnect),
        Check.Must("close-stale-token", "stale_token: at once again, without the token", Rules.StaleToken, async scene =>
        {
            var socket = await scene.SettledAsync();
            await scene.PauseAsync(Limits.Seconds(2.5));
            // Refused as Lifecycle refuses: the connection that showed the token is closed, before an ack.
            scene.OnOpen = next => next.Origin.ReconnectToken is null ? next.AckAsync() : next.CloseMessageAsync("stale_token");
            socket.Abort();
            var shown = await scene.NegotiateAsync(2);
            scene.Require(shown.ReconnectToken is not null, "the token of the ack", "none");
            var again = await scene.NegotiateAsync(3, Limits.Soon, "another try");
            scene.Require(again.ReconnectToken is null && again.InstanceId == shown.InstanceId, "no token, the same instance id", scene.Name(again.ReconnectToken));
            await scene.WaitAsync("a connection", Limits.Back, () => scene.Sockets.FirstOrDefault(next => next != socket && next.AckedAt is not null));
        }).Taking(5),
        Final("close-superseded", "superseded is final", "superseded"),
        Final("close-stopped", "stopped is final", "stopped"),
        Final("close-not-started", "not_started is final", "not_started"),
        Check.Must("close-refused", "not_started before an ack is final, too", Rules.NotStarted, async scene =>
        {
            scene.OnOpen = socket => socket.CloseMessageAsync("not_started");
            await scene.AskAsync();
            await scene.WaitAsync("a connection", Limits.Attach, () => scene.Sockets.FirstOrDefault());
            scene.Mark();
            await scene.QuietAsync(Limits.Quiet, "no further try");
        }).Taking(8),
        Check.Must("close-then-started", "A session that has ended is begun anew by the next webhook", Rules.NotStarted, async scene =>
        {
            var socket = await scene.SettledAsync();
            await socket.CloseMessageAsync("superseded");
            await scene.PauseAsync(Limits.Seconds(1));
            var count = scene.Negotiates.Count;
            await scene.AskAsync();
            var call = await scene.NegotiateAsync(count + 1, Limits.Attach);
            scene.Require(call.ReconnectToken is null, "no token", scene.Name(call.ReconnectToken));
            await scene.AttachedAsync(2, Limits.Attach);
        }),
    ];

    static Check ComesBack(string id, string title, Func<HubSocket, Task> close, Rule? rule = null) => Check.Must(id, title, rule ?? Rules.EveryClose, async scene =>
    {
        var socket = await scene.SettledAsync();
        var lostAt = scene.Now;
        await close(socket);
        var next = await scene.AttachedAsync(2);
        scene.Seen = $"attached again {Scene.Ms(next.OpenedAt - lostAt)} after the close";
    });

    static Check Final(string id, string title, string word) => Check.Must(id, title, Rules.FinalClose, async scene =>
    {
        var socket = await scene.SettledAsync();
        await socket.CloseMessageAsync(word);
        await scene.QuietAsync(Limits.Quiet, "no reconnect");
    }).Taking(8);
}
