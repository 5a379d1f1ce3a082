using System.Text.Json.Nodes;
using Lifecycle.Doctor.Running;
using Lifecycle.Doctor.Webhooks;

namespace Lifecycle.Doctor.Checks;

/// <summary>What else comes to the webhook's address.</summary>
static class WebhookChecks
{
    const int Crowd = 20;

    public static IEnumerable<Check> All =>
    [
        Check.Must("webhook-in-time", "Webhooks are answered within 5 s, also twenty at once", Rules.InTime, InTimeAsync),
        Check.Must("webhook-again", "The same webhook again is accepted and does nothing more", Rules.WebhookId, AgainAsync),
        Check.Must("webhook-twice", "The same webhook twice at the same time attaches once", Rules.WebhookId, TwiceAsync),
        Check.Must("webhook-unknown-fields", "Fields that nobody knows are passed over", Rules.Tolerant, scene => TakenAsync(scene, draft =>
        {
            draft.Body["weather"] = "rain";
            draft.Body["later"] = new JsonObject { ["list"] = new JsonArray(1, null, new JsonObject { ["deep"] = true }) };
        })),
        Check.Must("webhook-large", "A body of 16 KiB is taken", Rules.Json, scene => TakenAsync(scene, draft => draft.Body["padding"] = new string('x', 16 * 1024))),
        Check.Must("webhook-charset", "A content type with a charset is taken", Rules.Json, scene => TakenAsync(scene, draft => draft.ContentType = "application/json; charset=utf-8")),
        Check.Must("webhook-unknown-type", "A type that is not known attaches nothing", Rules.Types, scene => StrangeAsync(scene, draft => draft.Body["type"] = "weather_request")),
        Check.Should("webhook-unknown-type-answer", "A type that is not known is rejected as such: not with 5xx, which is tried again, nor with 401, 403, 404 or 410, which mean gone", Rules.NotUnderstood,
            scene => RejectedAsync(scene, draft => draft.Body["type"] = "weather_request")),
        Check.Should("webhook-malformed", "What is no JSON is rejected and breaks nothing", Rules.NotUnderstood, scene => RejectedAsync(scene, draft => draft.RawBody = "{ \"type\": ")),
        Check.Must("webhook-other-package", "A webhook of another package attaches nothing", Rules.Types, OtherPackageAsync),
        Check.Should("webhook-bad-session", "A session id that is none is rejected", Rules.NotUnderstood, scene => RejectedAsync(scene, draft => draft.Body["sessionId"] = "../s 1")),
        Check.Should("webhook-half-text", "A text that was cut within an emoji is rejected and breaks nothing", Rules.NotUnderstood,
            scene => RejectedAsync(scene, draft => draft.RawBody = draft.Text().Replace("start_requested", "\\ud83d"))),
        Check.Should("webhook-huge", "A body of 2 MiB is refused and breaks nothing", Rules.NotUnderstood, HugeAsync),
        Check.Should("webhook-not-post", "What is no POST is refused", Rules.Headers, NotPostAsync),
        Check.Should("webhook-stop-unknown", "A stop of a session that is not there is accepted", Rules.Accepts, async scene => await scene.AskAsync("stop_request")),
    ];

    static async Task InTimeAsync(Scene scene)
    {
        Scene[] scenes = [scene, .. Enumerable.Range(1, Crowd - 1).Select(_ => scene.Sibling())];
        var answers = await Task.WhenAll(scenes.Select(one => one.SendAsync(one.Draft())));
        var slowest = answers.MaxBy(answer => answer.Took)!;
        scene.Require(answers.All(answer => answer.IsAccepted && answer.Took < Limits.Seconds(5)), $"{Crowd} answers of 2xx within 5 s", Scene.List(answers.Where(answer => !answer.IsAccepted).Append(slowest)));
        foreach (var one in scenes) await one.AttachedAsync(1, Limits.Late);
        scene.Seen = $"{Crowd} answers, the slowest after {Scene.Ms(slowest.Took)}; all attached";
    }

    static async Task AgainAsync(Scene scene)
    {
        var draft = scene.Draft();
        await scene.SendAsync(draft);
        var socket = await scene.AttachedAsync(1);
        var count = scene.Negotiates.Count;
        draft.SentAt = scene.Run.Time.GetUtcNow();
        var again = await scene.SendAsync(draft, "session_request, the same again");
        scene.Require(again.IsAccepted, "the repetition answered 2xx", $"{again}");
        await scene.PauseAsync(Limits.Seconds(3));
        scene.Require(scene.Negotiates.Count == count && scene.Sockets.Count == 1 && socket.IsOpen, "one connection, which stands",
            $"{scene.Negotiates.Count} calls of negotiate, {scene.Sockets.Count} connections{(socket.IsOpen ? "" : ", the first one closed")}");
    }

    static async Task TwiceAsync(Scene scene)
    {
        var draft = scene.Draft();
        var answers = await Task.WhenAll(scene.SendAsync(draft), scene.SendAsync(draft, "session_request, the same beside it"));
        scene.Require(answers.All(answer => answer.IsAccepted), "two answers of 2xx", Scene.List(answers.AsEnumerable()));
        await scene.AttachedAsync(1);
        await scene.PauseAsync(Limits.Seconds(3));
        scene.Require(scene.Sockets.Count == 1, "one connection", $"{scene.Sockets.Count} connections");
    }

    /// <summary>A webhook, with a change, is accepted and attaches.</summary>
    public static async Task TakenAsync(Scene scene, Action<WebhookDraft> change)
    {
        var draft = scene.Draft();
        change(draft);
        var answer = await scene.SendAsync(draft);
        scene.Require(answer.IsAccepted, "an answer of 2xx", $"{answer}");
        await scene.AttachedAsync(1);
    }

    static async Task<WebhookAnswer> StrangeAsync(Scene scene, Action<WebhookDraft> change)
    {
        var draft = scene.Draft();
        change(draft);
        var answer = await scene.SendAsync(draft);
        await scene.QuietAsync(Limits.Seconds(2), "nothing attaches");
        return answer;
    }

    // Afterwards the address still works.
    static async Task RejectedAsync(Scene scene, Action<WebhookDraft> change)
    {
        var answer = await StrangeAsync(scene, change);
        scene.Require(answer.Status is >= 400 and < 500 and not (401 or 403 or 404 or 408 or 410 or 421 or 425 or 429), "a 4xx that rejects, such as 400", $"{answer}");
        await scene.AttachAsync();
        scene.Seen = $"{answer}; the next webhook was taken";
    }

    static async Task OtherPackageAsync(Scene scene)
    {
        var other = scene.Run.Options.PackageName + ".other";
        await StrangeAsync(scene, draft => draft.Body["packageName"] = other);
        var stray = scene.Run.Strays.Any(call => call.SessionId == scene.SessionId);
        scene.Require(!stray, "nothing attaches", "a call of negotiate");
    }

    static async Task HugeAsync(Scene scene)
    {
        var draft = scene.Draft();
        draft.Body["padding"] = new string('x', 2 * 1024 * 1024);
        var answer = await scene.SendAsync(draft);
        scene.Require(answer.Status is 0 or (>= 400 and < 500), "413, or the connection closed", $"{answer}");
        await scene.AttachAsync();
        scene.Seen = $"{answer}; the next webhook was taken";
    }

    static async Task NotPostAsync(Scene scene)
    {
        var draft = scene.Draft();
        draft.Method = HttpMethod.Get;
        var answer = await scene.SendAsync(draft, "as GET");
        scene.Require(answer.Status is >= 400 and < 500, "4xx, such as 405", $"{answer}");
        await scene.QuietAsync(Limits.Seconds(1), "nothing attaches");
    }
}
