using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor.Checks;

/// <summary>What a connection has to live with.</summary>
static class HubChecks
{
    const string Ping = """{"type":6}""";

    public static IEnumerable<Check> All =>
    [
        Check.Should("hub-pings", "The app pings a quiet connection within 30 s", Rules.Pings, async scene =>
        {
            var socket = await scene.AttachAsync();
            // Clients ping when they begin, too; that one keeps nothing alive.
            await scene.WaitAsync("a ping, later than when it was opened", Limits.Seconds(35), () => socket.PingAt - socket.OpenedAt > Limits.Seconds(3) ? socket : null);
            scene.Seen = $"a ping {Scene.Ms(socket.PingAt!.Value - socket.OpenedAt)} after it was open";
        }).Taking(20),
        Check.Should("hub-silence", "A connection over which nothing comes, not even a ping, is given up and made anew", Rules.Pings, async scene =>
        {
            var socket = await scene.AttachAsync();
            socket.IsSilent = true;
            var silentSince = scene.Now;
            var next = await scene.AttachedAsync(2, Limits.Seconds(50), "another connection");
            scene.Seen = $"another connection after {Scene.Ms(next.OpenedAt - silentSince)} of silence";
        }).Taking(40),
        Check.Must("hub-handshake-hangs", "A socket whose handshake is never answered is given up, and another one made", Rules.Spaced, async scene =>
        {
            scene.IsMute = true;
            await scene.AskAsync();
            await scene.NegotiateAsync(2, Limits.Seconds(45), "another call of negotiate");
            scene.IsMute = false;
            await scene.WaitAsync("a connection", Limits.Seconds(45), () => scene.Sockets.FirstOrDefault(socket => socket.AckedAt is not null));
            scene.Seen = $"the second try came {Scene.Ms(scene.Negotiates[1].At - scene.Negotiates[0].At)} after the first";
        }).Taking(16),
        Lives("hub-unknown-target", "A message with a target that is not known is passed over", socket => socket.SendAsync("weather", new JsonObject { ["rain"] = true })),
        Lives("hub-unknown-type", "A record of a type that SignalR may have one day is passed over", socket => socket.SendTextAsync("""{"type":99,"later":true}""" + RecordReader.Separator)),
        Lives("hub-unknown-completion", "An answer to a call that nobody made is passed over", socket => socket.SendTextAsync("""{"type":3,"invocationId":"nobody-7","result":1}""" + RecordReader.Separator)),
        Lives("hub-unknown-members", "Members of a record that are not known are passed over", socket =>
            socket.SendTextAsync("""{"type":1,"target":"subscriptions","later":{"a":1},"headers":{"b":"c"},"arguments":[{"accepted":true,"reason":null,"subscriptions":[],"subscriptionsVersion":0}]}""" + RecordReader.Separator)),
        Check.Must("hub-records", "Several records in one frame are all read", Rules.Attachment, async scene =>
        {
            var socket = await scene.AttachAsync();
            var stop = new JsonObject { ["type"] = 1, ["target"] = "stop", ["arguments"] = new JsonArray(new JsonObject { ["reason"] = "the doctor stops it" }) };
            await socket.SendTextAsync(string.Join(RecordReader.Separator, Ping, Ping, stop.ToJsonString(), Ping) + RecordReader.Separator);
            await scene.PauseAsync(Limits.Seconds(2));
            socket.Abort();
            await scene.QuietAsync(Limits.Quiet, "no reconnect, since the stop among the records was read");
        }).Taking(9),
    ];

    static Check Lives(string id, string title, Func<HubSocket, Task> send) => Check.Must(id, title, Rules.Tolerant, async scene =>
    {
        var socket = await scene.AttachAsync();
        await send(socket);
        await scene.PauseAsync(Limits.Seconds(0.5));
        await socket.MessageAsync("hello");
        // Some clients look at what stands behind such a record when the next one comes: a ping, after 5 s at the latest.
        await scene.QuietAsync(Limits.Seconds(6), "the connection is kept");
        scene.Require(socket.IsOpen, "the connection open", "closed");
        await MessageChecks.HasHandledAsync(scene, socket, 1);
    }).Taking(8);
}
