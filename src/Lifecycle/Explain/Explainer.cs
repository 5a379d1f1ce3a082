using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>Says in one sentence what an app session is doing, why, until when and whose fault it is. Pure: of what is stored and nothing else.</summary>
public static partial class Explainer
{
    const string ByStop = "POST …/stop ends it";
    const string ByStart = "POST …/start begins it anew";
    const string ByWake = "POST …/start or …/revive asks the app's gate at once";
    const string ByAttach = "the app attaching, at any time";

    /// <summary>Explains an app session.</summary>
    /// <param name="session">Its state.</param>
    /// <param name="marks">What is remembered of its last loss and attach.</param>
    /// <param name="policy">The app's policy.</param>
    /// <param name="gate">The app's gate; null when it is not known.</param>
    /// <param name="now">The time for which it is explained, UTC.</param>
    public static Explanation Of(AppSession session, HistoryMarks marks, Policy policy, AppGate? gate, DateTimeOffset now)
    {
        var asked = new Asked(session, marks, policy, gate, now);
        return session.State switch
        {
            AppState.Running => OfRunning(asked),
            AppState.GracePeriod => OfGrace(asked),
            AppState.Dormant => OfDormant(asked),
            AppState.Evicted => OfEvicted(asked),
            AppState.Stopping => OfStopping(asked),
            AppState.Stopped => OfStopped(asked),
            AppState.None => new("There is no such app session: nobody started it, or it was forgotten.", WaitsFor.Somebody, null, [ByStart]),
            _ when session.Run is { } run => OfRun(asked, run),
            _ => OfUnwanted(asked),
        };
    }

    /// <summary>What an explanation is made of.</summary>
    readonly record struct Asked(AppSession Session, HistoryMarks Marks, Policy Policy, AppGate? Gate, DateTimeOffset Now)
    {
        public string At(DateTimeOffset time) => Phrases.At(time, Now);

        public string Clock(DateTimeOffset time) => Phrases.Clock(time, Now);
    }

    // How the app was lost, as it is known until now.
    static string? LossOf(Asked asked) => asked switch
    {
        { Session.Carried: not null } => "it was carried over from another installation, and its app has not attached here yet",
        { Marks.Loss: { } loss } => $"its socket was lost at {asked.At(loss.At)}{WhyLost(loss)}",
        { Session.LostAt: { } lost } => $"its socket was lost at {asked.At(lost)}",
        _ => null,
    };

    static string WhyLost(LossMark loss) => loss switch
    {
        { Reason: Reasons.ConnectionMissing } => " (as a sweep found, for the SignalR service had not told of it)",
        { Reason: Reasons.Deaf } => " (its process was deaf and had to be replaced)",
        { Error: { } error } => $" ({error})",
        _ => "",
    };

    static string? FaultOf(Asked asked) => asked.Session.Evidence.Blame is var blame and not Blame.Unknown ? Phrases.Fault(blame) : null;

    static Explanation OfDormant(Asked asked) => new(
        Phrases.Sentence("the user is away, so nothing is sent until the user is back", LossOf(asked), asked.Session.StartPending ? "a start is remembered and is carried out then" : null),
        WaitsFor.User,
        null,
        ["POST …/back, when the user is back", ByAttach, ByStop]);

    static Explanation OfUnwanted(Asked asked) => new(
        Phrases.Sentence(
            asked.Policy.Resurrect ? "it is not attached, and nothing is under way to bring it back" : "it is not restarted, for the app's policy wants no resurrection (resurrect is false)", LossOf(asked), FaultOf(asked)),
        WaitsFor.Somebody,
        null,
        [ByStart, ByAttach, "resurrect: true in the app's policy, from the next loss on"]);

    static Explanation OfEvicted(Asked asked)
    {
        var (session, mark) = (asked.Session, asked.Marks.GivenUp);
        var why = session.Reason switch
        {
            Reasons.HorizonOver => $"the app did not come back within {Phrases.Span(asked.Policy.HorizonMs)} of trying",
            Reasons.AppGone => "the app is gone",
            Reasons.AppUnreachable => "the app has been unreachable for longer than the horizon, so it is not asked again yet",
            Reasons.AppNotRegistered => "the app is no longer registered",
            Reasons.WebhookRejected => "the app will never accept this webhook",
            Reasons.CarriedOver => "it had been given up where it was carried over from",
            _ => session.Reason ?? "the reason is not known",
        };
        var tried = mark is null ? null : $"{Phrases.Count(mark.Webhooks, "webhook")} sent{(mark.LastOutcome is { } last ? $", and after the last one {Phrases.Outcome(last)}" : "")}";
        return new(
            Phrases.Sentence($"it was given up at {asked.At(session.Since)}, because {why}", tried, Phrases.Fault(BlameOf(session)), "nothing is sent until somebody starts or revives it, or the app attaches by itself"),
            WaitsFor.Somebody,
            null,
            ["POST …/revive or …/start, once the app is well again", ByAttach]);
    }

    static Explanation OfStopping(Asked asked)
    {
        var session = asked.Session;
        var until = session.Deadline is { } deadline ? $", and has until {asked.At(deadline)} to close its socket" : "";
        var next = session.StartPending ? "a start was asked for meanwhile and follows" : null;
        return new(Phrases.Sentence($"it is being stopped since {asked.At(session.Since)}{ForReason(session.Reason)}: the app was told{until}", next), WaitsFor.Close, session.Deadline, [ByStart]);
    }

    static Explanation OfStopped(Asked asked)
    {
        var session = asked.Session;
        var how = session.Reason switch
        {
            Reasons.AppReleased => "because the app had said goodbye, so it is not restarted",
            Reasons.StopTimeout => "on request, and the app did not close its socket in time",
            Reasons.AppClosed => "on request, and the app closed its socket",
            Reasons.SessionDeleted => "because the user session was deleted",
            _ => "on request of the platform",
        };
        var end = session.Deadline is { } deadline ? $"it is forgotten at {asked.At(deadline)}" : null;
        return new(Phrases.Sentence($"it was stopped at {asked.At(session.Since)} {how}", end), WaitsFor.End, session.Deadline, [ByStart]);
    }

    static string ForReason(string? reason) => reason switch
    {
        Reasons.SessionDeleted => ", because the user session was deleted",
        _ => " on request of the platform",
    };

    static Blame BlameOf(AppSession session) => session.Trail is [.., var last] ? last.Blame : BlameTable.Of(session.Reason ?? "", session.Evidence.Blame);

    static ImmutableArray<string> Of(params IEnumerable<string?> changes) => [.. changes.OfType<string>()];
}
