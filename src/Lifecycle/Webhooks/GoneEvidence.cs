using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// What speaks for it that an app is gone, as long as nothing speaks against it: answers that say so without being final by themselves. An
/// ingress gives the same ones while a container is replaced, so one opinion is none.
/// </summary>
/// <param name="Since">When the first of them came.</param>
/// <param name="Last">When the last one came.</param>
/// <param name="Opinions">How many count: the second from 30 s, the third from a minute after the first one on.</param>
public sealed record GoneEvidence(DateTimeOffset Since, DateTimeOffset Last, int Opinions)
{
    /// <summary>How far apart opinions are that count: what is said twice within this time was said once.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing else may have been heard: an ingress that lies for two minutes costs nobody a session, and has half a minute more.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(150);

    /// <summary>After this long without an opinion the last ones are forgotten: who says the same the next morning may mean another outage.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    /// <summary>How many opinions are enough.</summary>
    public const int Enough = 3;

    /// <summary>Whether the app is gone.</summary>
    [JsonIgnore]
    public bool IsConclusive => Opinions >= Enough && Last - Since >= Least;

    /// <summary>The evidence after one more answer: any that says something else voids it.</summary>
    /// <param name="before">The evidence before it; null when there was none.</param>
    /// <param name="result">What came of the webhook.</param>
    /// <param name="now">The time, UTC.</param>
    public static GoneEvidence? After(GoneEvidence? before, WebhookResult result, DateTimeOffset now)
    {
        if (result.Verdict != WebhookVerdict.PerhapsGone)
        {
            return null;
        }

        return before is null || now - before.Last > Kept
            ? new(now, now, 1)
            : before with { Last = now, Opinions = before.Opinions + (now - before.Since >= Apart * before.Opinions ? 1 : 0) };
    }
}
