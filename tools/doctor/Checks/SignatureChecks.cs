using Lifecycle.Doctor.Running;
using Lifecycle.Doctor.Webhooks;

namespace Lifecycle.Doctor.Checks;

/// <summary>Which webhooks count as Lifecycle's.</summary>
static class SignatureChecks
{
    static readonly TimeSpan sixMinutes = TimeSpan.FromMinutes(6), fourMinutes = TimeSpan.FromMinutes(4);

    public static IEnumerable<Check> All =>
    [
        Accepted("webhook-signed", "A webhook with a good signature is taken", Rules.Signed, _ => { }),
        Refused("webhook-unsigned", "A webhook without a signature is refused", Rules.Headers, draft => draft.Signatures = _ => null),
        Refused("webhook-no-id", "A webhook without an id is refused", Rules.Headers, draft => draft.Id = null),
        Refused("webhook-no-timestamp", "A webhook without a timestamp is refused", Rules.Headers, draft => draft.Timestamp = ""),
        Refused("webhook-bad-timestamp", "A webhook whose timestamp is no number is refused", Rules.Headers, draft => draft.Timestamp = "yesterday"),
        Refused("webhook-foreign-secret", "A webhook that was signed with another secret is refused", Rules.Signed, draft => draft.Secret = Signature.NewSecret()),
        Refused("webhook-other-body", "A webhook whose signature is of another body is refused", Rules.SignedOver, draft => draft.Signed = (null, null, "{}")),
        Refused("webhook-other-id", "A webhook whose signature is of another id is refused", Rules.SignedOver, draft => draft.Signed = ("wh_another", null, null)),
        Refused("webhook-other-timestamp", "A webhook whose signature is of another time is refused", Rules.SignedOver, draft => draft.Signed = (null, "1700000000", null)),
        Refused("webhook-unknown-scheme", "A signature of a scheme that is not v1 proves nothing", Rules.Rotation, draft => draft.Signatures = good => $"v2,{good}"),
        Refused("webhook-cut-signature", "Half of a good signature proves nothing", Rules.Signed, draft => draft.Signatures = good => $"v1,{good[..20]}"),
        Refused("webhook-old", "A webhook of six minutes ago is refused", Rules.Fresh, draft => draft.SentAt -= sixMinutes),
        Refused("webhook-future", "A webhook of six minutes ahead is refused", Rules.Fresh, draft => draft.SentAt += sixMinutes),
        Accepted("webhook-slow-clock", "A webhook of four minutes ago is taken", Rules.Fresh, draft => draft.SentAt -= fourMinutes),
        Accepted("webhook-fast-clock", "A webhook of four minutes ahead is taken", Rules.Fresh, draft => draft.SentAt += fourMinutes),
        Accepted("webhook-rotation", "Of several signatures one good one is enough, wherever it stands", Rules.Rotation, draft => draft.Signatures = good =>
            $"v1,{Convert.ToBase64String(new byte[32])} v1a,AAAA v1,{good}"),
        Accepted("webhook-rotation-first", "A good signature counts with one of another secret behind it", Rules.Rotation, draft => draft.Signatures = good =>
            $"v1,{good} v1,{Convert.ToBase64String(new byte[32])}"),
        Check.Must("webhook-second-secret", "A webhook that is signed with the older of two secrets is taken", Rules.Rotation, scene =>
            WebhookChecks.TakenAsync(scene, draft => draft.Secret = scene.Run.Options.Secrets[1])).With(Needs.SecondSecret),
        Accepted("webhook-signed-bytes", "A signature is of the bytes as they came, whatever their form", Rules.SignedOver, draft =>
            draft.RawBody = draft.Text(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }).Replace("session_request", "session\\u005frequest") + "\n "),
        Check.Should("webhook-refusal", "What cannot be verified is answered 401: other answers tell Lifecycle something else", Rules.Answers, async scene =>
        {
            var draft = scene.Draft();
            draft.Secret = Signature.NewSecret();
            var answer = await scene.SendAsync(draft, "signed with another secret");
            scene.Require(answer.Status == 401, "401", $"{answer}");
        }),
    ];

    static Check Accepted(string id, string title, Rule rule, Action<WebhookDraft> change) => Check.Must(id, title, rule, scene => WebhookChecks.TakenAsync(scene, change));

    static Check Refused(string id, string title, Rule rule, Action<WebhookDraft> change) => Check.Must(id, title, rule, async scene =>
    {
        var draft = scene.Draft();
        change(draft);
        var answer = await scene.SendAsync(draft);
        scene.Require(answer.Status is >= 400 and < 500, "an answer of 4xx", $"{answer}");
        await scene.QuietAsync(Limits.Seconds(2), "nothing attaches");
        scene.Seen = $"{answer}, and nothing attached";
    });
}
