using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>
/// What would have become of a session under another policy: the remembered events of the world come at their times again, and what the rules order themselves (timers,
/// questions to the gate, webhooks) is made anew. Pure.
/// </summary>
/// <param name="Sentence">Where the courses part, and what would have happened instead.</param>
/// <param name="PartsAt">When they part, UTC; null when they do not.</param>
/// <param name="Actual">The transitions that there were, the oldest first.</param>
/// <param name="Instead">Those that there would have been.</param>
/// <param name="ActualWebhooks">How many start and resurrection webhooks went out.</param>
/// <param name="InsteadWebhooks">And would have.</param>
/// <param name="Assumptions">What is assumed of the world, in words.</param>
public sealed record WhatIf(
    string Sentence, DateTimeOffset? PartsAt, ImmutableArray<CourseStep> Actual, ImmutableArray<CourseStep> Instead, int ActualWebhooks, int InsteadWebhooks, ImmutableArray<string> Assumptions)
{
    /// <summary>How far apart two steps may be and be the same step: timers are not to the millisecond.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1.5);

    /// <summary>Plays a history with another policy; null when nothing of it can be played.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="decisions">What is remembered, the oldest first.</param>
    /// <param name="policy">The other policy, valid.</param>
    /// <param name="now">Until when it is played, UTC.</param>
    public static WhatIf? Of(AppSessionId id, ImmutableArray<RememberedDecision> decisions, Policy policy, DateTimeOffset now)
    {
        var played = Course.Playable(decisions);
        if (played.IsEmpty)
        {
            return null;
        }

        var from = FirstOtherwise(id, played, policy);
        return Compared(id, played, now, (actual, sent) => from < 0 ? new Course.Played(actual, sent, played[^1].To, Guessed: false) : Onward(id, played, from, policy, now));
    }

    /// <summary>Plays it again under the policy that was in force: how well the world around it is known.</summary>
    internal static WhatIf? Again(AppSessionId id, ImmutableArray<RememberedDecision> decisions, DateTimeOffset now)
    {
        var played = Course.Playable(decisions);
        return played.IsEmpty ? null : Compared(id, played, now, (_, _) => Onward(id, played, 0, played[^1].Policy!, now));
    }

    static WhatIf Compared(AppSessionId id, ImmutableArray<RememberedDecision> played, DateTimeOffset now, Func<ImmutableArray<CourseStep>, int, Course.Played> play)
    {
        var (actual, sent) = Course.Remembered(id, played);
        var instead = play(actual, sent);
        var at = FirstDifference(actual, instead.Steps);
        return new(
            SentenceOf(actual, instead, at, sent, played[0].At, now), at < 0 ? null : PartingOf(actual, instead.Steps, at), actual, instead.Steps, sent, instead.Webhooks, AssumptionsOf(instead));
    }

    // The first decision that is another one under that policy. It need not be seen at once: a deadline that is later is seen when it passes.
    static int FirstOtherwise(AppSessionId id, ImmutableArray<RememberedDecision> played, Policy policy)
    {
        for (var i = 0; i < played.Length; i++)
        {
            if (played[i].IsSameUnder(id, policy) == false)
            {
                return i;
            }
        }

        return -1;
    }

    static Course.Played Onward(AppSessionId id, ImmutableArray<RememberedDecision> played, int from, Policy policy, DateTimeOffset now)
    {
        var (before, sent) = from == 0 ? ([], 0) : Course.Remembered(id, played[..from]);
        var after = new Course(id, played, from, policy).Play(now);
        return after with { Steps = [.. before, .. after.Steps], Webhooks = sent + after.Webhooks };
    }

    static int FirstDifference(ImmutableArray<CourseStep> actual, ImmutableArray<CourseStep> instead)
    {
        var common = actual.Zip(instead).TakeWhile(pair => pair.First.IsSameAs(pair.Second)).Count();
        return common == actual.Length && common == instead.Length ? -1 : common;
    }

    static DateTimeOffset PartingOf(ImmutableArray<CourseStep> actual, ImmutableArray<CourseStep> instead, int at) =>
        actual.Skip(at).Take(1).Concat(instead.Skip(at).Take(1)).Min(step => step.At);

    static string SentenceOf(ImmutableArray<CourseStep> actual, Course.Played instead, int at, int sent, DateTimeOffset from, DateTimeOffset now)
    {
        if (at < 0)
        {
            return Phrases.Sentence($"nothing would have gone otherwise since {Phrases.At(from, now)}: the same {Phrases.Count(actual.Length, "transition")} and {Phrases.Count(sent, "webhook")}");
        }

        var (was, would) = (actual.ElementAtOrDefault(at), instead.Steps.ElementAtOrDefault(at));
        var parting = (was, would) switch
        {
            ({ } a, { } b) => $"the courses part at {Phrases.Clock(PartingOf(actual, instead.Steps, at), now)}: instead of {a.Describe(now)} there would have been {b.Describe(now)}",
            ({ } a, null) => $"the courses part at {Phrases.Clock(a.At, now)}: {a.Describe(now)} would not have happened",
            (null, { } b) => $"the courses part at {Phrases.Clock(b.At, now)}: there would have been {b.Describe(now)} as well",
            _ => "",
        };
        return Phrases.Sentence(
            parting,
            $"{Phrases.Count(instead.Webhooks, "webhook")} instead of {Phrases.Count(sent, "webhook")}",
            $"not attached for {Phrases.Span(AwayIn(instead.Steps, now))} instead of {Phrases.Span(AwayIn(actual, now))}",
            $"and {instead.Last.WireName()} at the end instead of {(actual is [.., var last] ? last.State : instead.Last).WireName()}");
    }

    static TimeSpan AwayIn(ImmutableArray<CourseStep> steps, DateTimeOffset now)
    {
        var away = TimeSpan.Zero;
        for (var i = 0; i < steps.Length; i++)
        {
            var end = i + 1 < steps.Length ? steps[i + 1].At : now;
            away += steps[i].State == AppState.Running ? TimeSpan.Zero : end - steps[i].At;
        }

        return away;
    }

    static ImmutableArray<string> AssumptionsOf(Course.Played played) =>
    [
        "Connections are opened and closed when they were, but for those that a webhook brought: they come as long after the webhook as they did.",
        "The app's gate lets a webhook go when it did; where it was not asked, at once.",
        .. played.Guessed ? ["A webhook for which no answer is remembered is taken for accepted, and its app attaches a second later."] : Array.Empty<string>(),
    ];
}

/// <summary>One transition of a course.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="State">The state that it led to.</param>
/// <param name="Reason">Why.</param>
/// <param name="Event">On which event.</param>
public sealed record CourseStep(DateTimeOffset At, AppState State, string Reason, string Event)
{
    /// <summary>Whether it is the same step of another course.</summary>
    public bool IsSameAs(CourseStep other) =>
        (State, Reason) == (other.State, other.Reason) && (At - other.At).Duration() <= WhatIf.Tolerance;

    internal string Describe(DateTimeOffset now) => $"{State.WireName()} ({Reason}) at {Phrases.Clock(At, now)}";
}
