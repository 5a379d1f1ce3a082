namespace Lifecycle;

/// <content>Sessions that a run of webhooks is to bring back.</content>
public static partial class Explainer
{
    static Explanation OfRun(Asked asked, ResurrectionRun run)
    {
        var (step, waitsFor, until) = StepOf(asked, run);
        var what = run.Reason == RunReason.Start ? "it is being started" : "it is being restarted";
        return new(
            Phrases.Sentence($"{what}: {step}", run.Reason == RunReason.Start ? null : LossOf(asked), FailedOf(run), FaultOf(asked), GivesUp(asked, run, waitsFor)),
            waitsFor,
            until,
            Of(ByAttach, run.Phase is RunPhase.Waiting or RunPhase.Asking ? ByWake : null, asked.Session.Away ? null : "the user going away, which puts it off", ByStop));
    }

    static (string Step, string WaitsFor, DateTimeOffset? Until) StepOf(Asked asked, ResurrectionRun run) => run.Phase switch
    {
        RunPhase.Sending when asked.Session.Reason == Reasons.EngineBusy => ("the durable engine is too far behind for any app to attach, so its webhook waits", WaitsFor.Engine, run.DueAt),
        RunPhase.Sending when run.Stalls > 0 => ($"the SignalR service could not be asked whether its app is attached, so webhook {run.Attempt} waits until {asked.At(run.DueAt)}", WaitsFor.Service, run.DueAt),
        RunPhase.Sending => ($"webhook {run.Attempt} is on its way, and its answer may take {Phrases.Span(asked.Policy.WebhookTimeoutMs)}", WaitsFor.Answer, run.DueAt.AddMilliseconds(asked.Policy.WebhookTimeoutMs)),
        RunPhase.Confirming when run.IsHeld => ("the app accepted a webhook, and no client can open a socket at the SignalR service, so its time to attach does not pass", WaitsFor.Service, run.DueAt),
        RunPhase.Confirming => ($"the app accepted webhook {run.Attempt} and has until {asked.At(run.DueAt)} to attach", WaitsFor.Attach, run.DueAt),
        _ => Waits(asked, run),
    };

    static (string Step, string WaitsFor, DateTimeOffset? Until) Waits(Asked asked, ResurrectionRun run)
    {
        var due = run.DueAt > asked.Now ? $"at {asked.At(run.DueAt)}" : "now";
        return asked.Gate is { } gate && OfGate(asked, run, gate) is { } held
            ? held
            : asked.Session switch
            {
                { Life.IsLooping: true } when run is { Attempt: 0, LoopMs: > 0 } => (
                    $"it was lost {Phrases.Count(asked.Session.Life.Short, "time")} in a row within {Phrases.Span(asked.Policy.StableMs)} of attaching, a crash loop, so its restart waits, and the next webhook goes out {due}",
                    WaitsFor.CrashLoop,
                    run.DueAt),
                _ when run is { HeldMs: > 0 } && asked.Session.Evidence.AwayAt is not null => ($"no client could open a socket at the SignalR service, so it asks again {due}", WaitsFor.Service, run.DueAt),
                _ when run.Attempt == 0 && run.Ticket is null => ($"its first webhook goes out {due}, spread over {Phrases.Span(asked.Policy.InitialSpreadMs)} so that an app's sessions do not come as one", WaitsFor.Retry, run.DueAt),
                _ => ($"its next webhook, number {run.Attempt + 1}, goes out {due}", WaitsFor.Retry, run.DueAt),
            };
    }

    // Null when nothing of the gate stands against it.
    static (string Step, string WaitsFor, DateTimeOffset? Until)? OfGate(Asked asked, ResurrectionRun run, AppGate gate)
    {
        var sight = GateSight.Of(gate, run, asked.Policy, asked.Now);
        var place = sight.Place is { } number ? $", and it stands at place {number} in line" : "";
        if (gate.AwayAt is { } away && away.AddMilliseconds(asked.Policy.ReconnectGraceMs) > asked.Now && run.Phase == RunPhase.Waiting)
        {
            return ($"no client can open a socket at the SignalR service, as seen at {asked.Clock(away)}, so it asks again at {asked.At(run.DueAt)}", WaitsFor.Service, run.DueAt);
        }

        if (gate.Breaker.IsOpen)
        {
            return (OfProbe(asked, gate) + place, WaitsFor.Probe, gate.ProbeFrom);
        }

        if (gate.HoldUntil is { } hold && hold > asked.Now)
        {
            return ($"the app asked to be left alone until {asked.At(hold)} (Retry-After){place}", WaitsFor.RetryAfter, hold);
        }

        return run.InTurn || (gate.Line.AdmittedFrom is not null && sight.Place is not null)
            ? ($"its app is up, and its sessions go {Phrases.Pace(gate, asked.Policy)}: its turn is at about {asked.At(sight.EarliestAt ?? asked.Now)}{place}", WaitsFor.Turn, sight.EarliestAt)
            : OfOthers(asked, run, gate, place);
    }

    static (string Step, string WaitsFor, DateTimeOffset? Until)? OfOthers(Asked asked, ResurrectionRun run, AppGate gate, string place) =>
        asked.Session.Life.IsLooping && run is { Attempt: 0, Wanted: false } && gate.Loops is { IsShared: true } loops
            ? ($"{Phrases.Count(loops.Sessions.Length, "session")} of the app are lost as soon as they have attached, a crash loop, so they are restarted one at a time, the next one {(loops.NextAt is { } next && next > asked.Now ? $"at {asked.At(next)}" : "now")}",
                WaitsFor.CrashLoop, loops.NextAt ?? run.DueAt)
            : run.Phase == RunPhase.Waiting && run.Ticket is not null && gate.Flights.Length >= asked.Policy.FirstFlight
                ? ($"its app has not answered since its sessions were lost, so {Phrases.Count(gate.Flights.Length, "other session")} are tried first{place}", WaitsFor.Others, run.DueAt)
                : null;

    static string OfProbe(Asked asked, AppGate gate)
    {
        var since = gate.Breaker.OutageBegan ?? gate.Incident?.BeganAt;
        var away = $"its app has been away{(since is { } began ? $" since {asked.At(began)}" : "")}{(gate.Incident?.LastOutcome is { } last ? $", and {Phrases.Outcome(last)} last" : "")}";
        var probe = gate.Breaker.Probe is not null ? "the one webhook that looks for it is on its way"
            : gate.ProbeFrom is { } next && next > asked.Now ? $"one webhook for all its sessions looks for it at {asked.At(next)}{(gate.Health is null ? "" : ", or as soon as its health URL answers 2xx")}"
            : "one webhook for all its sessions looks for it now";
        return $"{away}, so nothing is sent for this session alone, and {probe}";
    }

    static string? FailedOf(ResurrectionRun run) => run.LastAttempts is [.., var last] && run.Phase is RunPhase.Waiting or RunPhase.Asking
        ? $"when its own webhook {run.Attempt} was sent, {Phrases.Outcome(last.Outcome)}"
        : null;

    static string? GivesUp(Asked asked, ResurrectionRun run, string waitsFor) => waitsFor == WaitsFor.Turn ? null : $"it is given up at {asked.At(run.HorizonAt)}";
}
