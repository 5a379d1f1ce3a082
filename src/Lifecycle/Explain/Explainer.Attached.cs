namespace Lifecycle;

/// <content>Sessions whose app is attached, or may still be.</content>
public static partial class Explainer
{
    static Explanation OfRunning(Asked asked)
    {
        var (session, attachment) = (asked.Session, asked.Session.Attachment);
        var notes = new[] { HandOverOf(asked), DeafOf(asked), LoopOf(asked), ReleasedOf(session), UnsentOf(session) };
        var note = notes.FirstOrDefault(text => text is not null);
        var since = $"it runs, attached since {asked.At(attachment?.AttachedAt ?? session.Since)}";
        return new(
            Phrases.Sentence([since, HowAttached(asked), .. notes]),
            session.Run is not null ? WaitsFor.Attach : WaitsFor.Nothing,
            session.Run?.HorizonAt,
            Of(ByStop, note is null ? "a lost socket begins a grace window of " + Phrases.Span(asked.Policy.ReconnectGraceMs) : null));
    }

    static string? HowAttached(Asked asked) => asked.Marks.Attach is not { } attach || asked.Session.Attachment is null ? null : attach.Reason switch
    {
        Reasons.Reconnect => $"the app came back by itself {Away(attach)} after its socket was lost{WhyLostOf(asked)}, with its state{NotNeeded(attach)}, {Phrases.Fault(attach.Blame)}",
        Reasons.LateReconnect => $"the same process came back {Away(attach)} after its socket was lost, later than its grace window of {Phrases.Span(asked.Policy.ReconnectGraceMs)}, with its state{NotNeeded(attach)}, {Phrases.Fault(attach.Blame)}",
        Reasons.Takeover => $"a newer connection of the app replaced the one before, which was closed as superseded{(asked.Session.Attachment.Resumed ? ", and kept its state" : ", and began clean")}",
        Reasons.TakenOver => "another process took over, with the state of the one that left or was lost",
        Reasons.Adopted => "its connection was found at the SignalR service, which had not told of it",
        Reasons.DeclaredFresh => "the app said that it begins anew, so what it had before was dropped",
        _ => Restarted(asked, attach),
    };

    static string Restarted(Asked asked, AttachMark attach)
    {
        if (asked.Marks.Loss is not { } loss || attach.AwayMs is not { } away)
        {
            return attach.Webhooks > 0 ? $"the app attached after it was started by {Phrases.Count(attach.Webhooks, "webhook")}{Obstacles(asked, attach)}" : "the app attached by itself";
        }

        var lost = $"its process was lost at {asked.Clock(loss.At)}{WhyLost(loss)} and did not come back within its grace window of {Phrases.Span(asked.Policy.ReconnectGraceMs)}";
        return attach switch
        {
            { Webhooks: 0 } => $"its socket was lost at {asked.Clock(loss.At)}{WhyLost(loss)}, and another process of the app attached by itself {Phrases.Span(away)} later, without a webhook, {Phrases.Fault(attach.Blame)}",
            { IsFalse: true } => $"it was restarted although its process lived, which was not needed: {lost}, {Phrases.Span(away)} in all, {Phrases.Fault(attach.Blame)}",
            _ => $"it was restarted: {lost}, and it attached {Phrases.Span(away)} after the loss, by {Phrases.Count(attach.Webhooks, "webhook")}{Obstacles(asked, attach)}, {Phrases.Fault(attach.Blame)}",
        };
    }

    // Why it took as long as it did.
    static string Obstacles(Asked asked, AttachMark attach)
    {
        var failed = attach.LastFailure is { } failure ? $", since before that {Phrases.Outcome(failure)}" : "";
        var longest = TimeSpan.FromMilliseconds(asked.Policy.ReconnectGraceMs + asked.Policy.InitialSpreadMs) + WhatIf.Tolerance;
        return attach.AskedAt is { } sent && sent - asked.Marks.Loss?.At > longest
            ? $"{failed}, the last of which went out at {asked.Clock(sent)}, when the app had been found and its turn in line had come"
            : failed;
    }

    static string WhyLostOf(Asked asked) => asked.Marks.Loss is { } loss ? WhyLost(loss) : "";

    static string Away(AttachMark attach) => Phrases.Span(attach.AwayMs ?? 0);

    static string NotNeeded(AttachMark attach) => attach.Webhooks switch
    {
        0 => " and without a restart",
        _ when attach.IsFalse => $", so that {Phrases.Count(attach.Webhooks, "webhook")} had not been needed",
        _ => $", while {Phrases.Count(attach.Webhooks, "webhook")} had gone out",
    };

    static string? HandOverOf(Asked asked) => asked.Session.Run is { Reason: RunReason.HandOver } run
        ? $"its process leaves, and another one is asked to take over until {asked.At(run.HorizonAt)}"
        : asked.Session.Predecessor is { } before ? $"the process before it may finish what it had until {asked.At(before.Until)}" : null;

    static string? DeafOf(Asked asked) => asked.Session.Attachment?.DeafAt is { } deaf
        ? $"its process has been deaf since {asked.At(deaf)}: it is sent messages and finishes none{(asked.Policy.ReplaceDeaf ? ", and is replaced" : ", and by policy it is not replaced (replaceDeaf is false)")}"
        : null;

    static string? LoopOf(Asked asked) => asked.Session.Life is { IsLooping: true, StableAt: { } stable } life
        ? $"it was lost {Phrases.Count(life.Short, "time")} in a row within {Phrases.Span(asked.Policy.StableMs)} of attaching, and counts as well from {asked.At(stable)} on"
        : null;

    static string? ReleasedOf(AppSession session) => session.Released
        ? $"the app has said goodbye, so it is stopped and not restarted when its socket closes{(session.StartPending ? ", and then started anew" : "")}"
        : null;

    static string? UnsentOf(AppSession session) => session.Attachment is { MendAt: not null, Mends: > 0 }
        ? "the SignalR service does not take all that it is sent, which is tried again"
        : null;

    static Explanation OfGrace(Asked asked)
    {
        var session = asked.Session;
        var (held, waitsFor) = HeldOf(asked);
        var until = session.Deadline is { } deadline ? $"it waits until {asked.At(deadline)} for its app to come back by itself" : "it waits for its app to come back by itself";
        return new(
            Phrases.Sentence(until, LossOf(asked), held, NextOf(asked)),
            waitsFor,
            session.Deadline,
            Of("the app reconnecting, which keeps its state", session.Released ? null : "the app saying goodbye (release), so that it is not restarted", "reconnectGraceMs in the app's policy, from the next loss on", ByStop));
    }

    // What holds the end of the grace window back.
    static (string? Why, string WaitsFor) HeldOf(Asked asked) => asked.Session switch
    {
        { Carried: not null } => (null, WaitsFor.Move),
        { Evidence: { AwayAt: { } away, BackAt: null } } => ($"no client can open a socket at the SignalR service, as seen last at {asked.Clock(away)}, so no app is restarted: {Phrases.Fault(Blame.SignalR)}", WaitsFor.Service),
        { Evidence: { BackAt: { } back, AwayAt: var away } e } when back > e.SignAt || e.SignAt is null => ($"the SignalR service takes connections again since {asked.Clock(back)}, and everybody has a whole grace window from then{(away is null ? "" : $": {Phrases.Fault(Blame.SignalR)}")}", WaitsFor.Reconnect),
        { Evidence: { LateAt: { } late } e } when late > e.SignAt || e.SignAt is null => ($"Lifecycle itself was away or late until {asked.Clock(late)}, so the app has a whole grace window from then: {Phrases.Fault(Blame.Lifecycle)}", WaitsFor.Reconnect),
        { Evidence.SignAt: { } sign } => ($"its process lives, as its sign of life at {asked.Clock(sign)} shows, and cannot attach: {Phrases.Fault(asked.Session.Evidence.Blame)}", WaitsFor.Reconnect),
        { Evidence.SeenAt: { } seen } => ($"its process lives, for it asked to come back to one of its sessions at {asked.Clock(seen)}", WaitsFor.Reconnect),
        _ => (null, WaitsFor.Reconnect),
    };

    static string NextOf(Asked asked) => asked switch
    {
        { Session.Released: true } => "then it is stopped and not restarted, for the app said goodbye",
        { Session.Away: true } => "then nothing is sent until the user is back, for the user is away",
        { Session.StartPending: true } => "if it does not come, it is started anew, as was asked for",
        { Policy.Resurrect: false } => "if it does not come, it is not restarted, for the app's policy wants no resurrection",
        { Session.Life.IsLooping: true } => "if it does not come, its restart waits, for it was lost again and again",
        _ => "if it does not come, it is restarted by webhook",
    };
}
