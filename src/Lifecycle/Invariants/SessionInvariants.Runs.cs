namespace Lifecycle;

/// <content>Rules 1, 2, 6 and 7: what goes out, who moves a session that waits, and when it ends.</content>
public static partial class SessionInvariants
{
    static void EffectsFit(SessionCase judged)
    {
        var (begins, sends) = (0, judged.Decision.Order is { Kind: RunOrderKind.Send } ordered && !IsOfHandOver(judged.After, ordered.Invite));
        foreach (var effect in judged.Decision.Effects)
        {
            switch (effect)
            {
                case StartRun run:
                    begins++;
                    sends |= run.Reason != RunReason.HandOver;
                    break;
                case AskGate:
                    begins++;
                    break;
                case SendStopWebhook when !(judged.After.State is AppState.Stopping or AppState.Stopped):
                    judged.Break(Invariants.RestIsQuiet, $"The app is told by webhook that the session is stopped, and it is {judged.After.State.WireName()}.");
                    break;
            }
        }

        if (sends && judged.After.Attachment is { } attachment)
        {
            judged.Break(Invariants.NoWebhookWhileAttached, $"A webhook is ordered while {attachment.ConnectionId ?? "a connection without a name"} is attached.");
        }

        if (begins > 1)
        {
            judged.Break(Invariants.OneRun, $"{begins} runs go on at once after {NameOf(judged.Event)}.");
        }

        if ((sends || begins > 0) && judged.After.State is AppState.Dormant or AppState.Evicted or AppState.Stopping or AppState.Stopped or AppState.None)
        {
            judged.Break(Invariants.RestIsQuiet, $"A webhook is asked for or ordered after {NameOf(judged.Event)}, and the session is {judged.After.State.WireName()}.");
        }
    }

    static bool IsOfHandOver(AppSession session, Invitation? invite) => session.Run?.Reason == RunReason.HandOver || invite?.Reason == RunReason.HandOver;

    static void RunFits(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        if (!HasFittingRun(after) && HasFittingRun(before))
        {
            judged.Break(Invariants.RunFitsState, $"{after.State.WireName()} has {(after.Run is { } run ? $"a run of {run.Reason}" : "no run")}.");
        }

        // An app whose policy wants no resurrection stays away; so does one of whom it was so when its grace window ended.
        if (after is { State: AppState.Disconnected, Run: null } && before.State != AppState.Disconnected && judged.Policy.Resurrect)
        {
            judged.Break(Invariants.RunFitsState, $"{before.State.WireName()} became DISCONNECTED, and nobody brings the app back.");
        }

        var (was, isNow) = (after.Run?.Id == before.Run?.Id ? before.Run?.Attempt ?? 0 : 0, after.Run?.Attempt ?? 0);
        var mostNow = judged.Event is AttemptAdmitted { Admission.Kind: AdmissionKind.Go } ? was + 1 : was;
        if (isNow > mostNow)
        {
            judged.Break(Invariants.WebhookIsAdmitted, $"{NameOf(judged.Event)} took the run {after.Run!.Id} from webhook {was} to {isNow}.");
        }
    }

    static bool HasFittingRun(AppSession session) => session.State switch
    {
        AppState.Starting or AppState.Backoff or AppState.Resurrecting => session.Run is { Reason: RunReason.Start or RunReason.Resurrection },
        AppState.Disconnected => session.Run is null or { Reason: RunReason.Resurrection },
        AppState.Running => session.Run is null or { Reason: RunReason.HandOver },
        _ => session.Run is null,
    };

    static void TimersFit(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        var (kind, deadline) = (KindOf(after.State), after.Deadline);
        if (kind != TimerKind.None && deadline is null && (before.State != after.State || before.Deadline is not null))
        {
            judged.Break(Invariants.WaitingEnds, $"{after.State.WireName()} has no deadline.");
        }

        var isNew = deadline is not null && (before.State != after.State || before.Deadline is null || deadline > before.Deadline);
        if (kind != TimerKind.None && isNew && !(kind == TimerKind.Grace && after.GraceTimerAt <= deadline) && !IsArmed(judged, kind))
        {
            judged.Break(Invariants.WaitingEnds, $"{after.State.WireName()} waits until {deadline:O}, and no timer comes by then.");
        }

        if (judged.Event is TimerFired fired && fired.Kind == KindOf(before.State) && fired.Kind != TimerKind.None && after.State != before.State && judged.Now < before.Deadline)
        {
            judged.Break(Invariants.TimerWaits, $"{before.State.WireName()} ended {(before.Deadline.Value - judged.Now).TotalMilliseconds:F0} ms before its deadline.");
        }
    }

    static TimerKind KindOf(AppState state) => state switch
    {
        AppState.GracePeriod => TimerKind.Grace,
        AppState.Stopping => TimerKind.Stop,
        AppState.Stopped => TimerKind.Retention,
        _ => TimerKind.None,
    };

    static bool IsArmed(SessionCase judged, TimerKind kind)
    {
        foreach (var effect in judged.Decision.Effects)
        {
            if (effect is ArmTimer timer && timer.Kind == kind && timer.Epoch == judged.After.Epoch && timer.DueAt <= judged.After.Deadline)
            {
                return true;
            }
        }

        return false;
    }
}
