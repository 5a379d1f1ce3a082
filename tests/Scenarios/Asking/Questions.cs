using System.Collections.Immutable;

namespace Lifecycle.Scenarios;

/// <summary>The list.</summary>
static class Questions
{
    public static ImmutableArray<Question> All { get; } =
    [
        Ask("Why was my app restarted?", "app-redeploy", 300, "s0001", "com.example.notes", ["restarted", "lost at 03:"], ["lived"]),
        Ask("Why is it not restarted?", "node-rotation", 115, "s0003", "com.example.twelve", ["away since 03:01:4", "HTTP 503", "one webhook for all", "app's fault"], [], Next.Webhook),
        Ask("Why is it waiting, right after the socket dropped?", "socket-drop", 10.1, "s0001", "com.example.notes", ["waits until 03:00:16", "come back by itself", "lost at 03:00:10", "restarted by webhook"], ["app's fault", "away since"]),
        Ask("Did my app crash a minute ago?", "socket-drop", 20, "s0001", "com.example.notes", ["came back by itself", "without a restart", "network"], ["it was restarted", "app's fault"]),
        Ask("All our apps are down, why do you do nothing?", "cloud-outage-20s", 140, "s0001", "com.example.one", ["no client can open a socket at the SignalR service", "no app is restarted", "SignalR service's fault"], ["app's fault"]),
        Ask("And once it was over?", "cloud-outage-20s", 170, "s0001", "com.example.one", ["came back by itself", "SignalR service's fault", "without a restart"], ["app's fault"]),
        Ask("Why did it take so long after your own outage?", "platform-away-20s", 200, "s0001", "com.example.dropped", ["came back by itself", "Lifecycle's own fault"], ["app's fault", "it was restarted:"]),
        Ask("The app is up again, why is this session still waiting?", "two-minute-outage", 327, "s0786", "com.example.notes", ["app is up", "a second, as the app's answers allow", "its turn is at about", "place \\d+"], ["app is away"], Next.Attach),
        Ask("Why is it restarted only now?", "two-minute-outage", 420, "s0786", "com.example.notes", ["lost at 03:03:20", "went out at 03:05:3", "turn in line", "app's fault"], ["lived"]),
        Ask("Why was it given up?", "dead-endpoint", 700, "s0001", "com.example.gone", ["given up at 03:10", "did not come back within 10 min", "nobody listens"], []),
        Ask("Why was it given up so soon?", "lying-ingress", 400, "s0001", "com.example.gone", ["given up", "gone", "HTTP 404"], []),
        Ask("Who stopped it?", "stop-and-release", 60, "s0001", "com.example.stopped", ["stopped at 03:00:1", "on request", "forgotten at 03:1"], []),
        Ask("Nobody stopped it, why is it gone?", "stop-and-release", 60, "s0001", "com.example.released", ["said goodbye", "not restarted"], ["on request"]),
        Ask("The app says 503, why do you not try again?", "retry-after", 150, "s0001", "com.example.hour", ["HTTP 503|left alone"], []),
        Ask("Our webhook answered 200, what more do you want?", "empty-promises", 100, "s0001", "com.example.notes", ["did not attach in time|has until .* to attach|accept"], []),
        Ask("Why does it take ten minutes to restart?", "crash-loop-one", 1800, "s0001", "com.example.notes", ["crash loop", "lost \\d+ times in a row"], [], Next.Webhook),
        Ask("It is connected, why does it not answer?", "deaf-app", 82, "s0001", "com.example.deaf", ["runs|attached", "deaf"], []),
        Ask("Why was it replaced, it was connected?", "deaf-app", 140, "s0001", "com.example.deaf", ["deaf|took over|replaced"], []),
        Ask("My process is fine, why is it not attached?", "app-firewalled", 130, "s0001", "com.example.walled", ["process lives", "sign of life", "cannot attach"], ["app's fault"]),
        Ask("Why has my other process been sent away?", "zombie", 200, "s0001", "com.example.pods", ["restarted|took over|superseded"], []),
        Ask("Who has the session now?", "rolling-deploy", 240, "s0001", "com.example.pods", ["another process took over"], ["restarted"]),
        Ask("Why is it not restarted at all?", "policy-change", 150, "s0001", "com.example.off", ["policy wants no resurrection"], [], Next.Unknown),
        Ask("Why did nobody notice for half a minute?", "lost-disconnected", 75, "s0001", "com.example.notes", ["sweep|nobody told"], []),
        Ask("When will it be given up?", "node-rotation", 115, "s0001", "com.example.five", ["given up at 03:11"], []),
    ];

    static Question Ask(string text, string scenario, double atSeconds, string session, string package, string[] says, string[] never, Next next = Next.Unknown) =>
        new(text, scenario, TimeSpan.FromSeconds(atSeconds), new AppSessionId(session, package), says, never, next);
}
