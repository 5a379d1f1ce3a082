namespace Lifecycle.Tests.Properties;

/// <summary>Processes that leave, take over from each other, and tell what they have handled.</summary>
sealed partial class ChaosWorld
{
    readonly Dictionary<string, long> done = [];
    readonly HashSet<string> finished = [];
    string? used;

    /// <summary>Every message that was sent, and over which connection, in order.</summary>
    public List<(string Connection, long Seq)> Given { get; } = [];

    /// <summary>Whether the process behind a connection lives and answers, and was given a message that it has not told to be handled.</summary>
    public bool WorksOn(string connection, long seq) =>
        open.Contains(connection) && IsNewestOfIts(connection) && !finished.Contains(connection) && claims.GetValueOrDefault(connection)?.Version == Wire.Version
        && Given.Contains((connection, seq)) && done.GetValueOrDefault(connection) < seq;

    // A process that has another connection answers over that one. Of two that it negotiated in the same moment, which no process does, nobody can say which.
    bool IsNewestOfIts(string connection) => !claims.Any(other =>
        other.Key != connection && ProcessOf(other.Key) == ProcessOf(connection) && other.Value.NegotiatedAt >= claims[connection].NegotiatedAt);

    /// <summary>The process behind a connection.</summary>
    public string? ProcessOf(string connection) => claims.GetValueOrDefault(connection)?.InstanceId;

    // Whoever has not said how far it came within the time of a hand-over counts as one that does not answer, also when its connection cannot be closed.
    void GiveUpWaiting(AppSession before, SessionEvent @event, Decision decision)
    {
        if (before.Predecessor is { } awaited && @event is TimerFired { Kind: TimerKind.Drain } && decision.Session.Predecessor is null)
        {
            finished.Add(awaited.ConnectionId);
        }

        if (@event is MessageUndelivered failed)
        {
            Given.RemoveAll(given => given.Connection == failed.ConnectionId && given.Seq >= failed.Seq);
        }
    }

    // What a hub call comes with in life: without it nobody would know that its client tells.
    SessionEvent Claimed(SessionEvent @event) => succeeding && @event is HubCall { Negotiated: null } call
        ? call with { Negotiated = claims.GetValueOrDefault(call.ConnectionId) }
        : @event;

    Connected Claiming(Connected connected) => succeeding ? connected with { Version = opened % 5 == 0 ? 0 : Wire.Version } : connected;

    void PlaySuccession(int command, int argument)
    {
        var attached = Session.Attachment?.ConnectionId;
        switch (command)
        {
            case 0 or 1: Call(new HandOverAsked(argument == 0 ? Someone(argument) : attached ?? Session.MissingConnection ?? "c0")); break;
            case 2 or 3: Tell(attached ?? Someone(argument), Session.Mailbox.SentUpTo - (argument % 3), isLast: false); break;
            case 4: Tell(Session.Predecessor?.ConnectionId ?? Someone(argument), Session.Mailbox.SentUpTo - (argument % 2), isLast: argument % 2 == 0); break;
            case 5 or 6: OpenSuccessor(argument); break;
            case 7 or 8: Decide(new MessagePosted($"m{++posted}", "{}", attached is null ? null : open.Contains(attached))); break;
            case 9 or 10: StepRun(argument * 2); break;
            case 11: GoDeaf(argument); break;
            default: HandOverInVain(argument); break;
        }
    }

    void Call(HubCall call) => Decide(call with { Negotiated = claims.GetValueOrDefault(call.ConnectionId) });

    // Only what a process was given can it have handled; one whose socket is gone may be heard late.
    void Tell(string connection, long seq, bool isLast)
    {
        var handled = Given.Where(given => given.Connection == connection && given.Seq <= seq).Select(given => given.Seq).DefaultIfEmpty(0).Max();
        if (finished.Contains(connection) || handled < done.GetValueOrDefault(connection))
        {
            return;
        }

        done[connection] = handled;
        if (isLast)
        {
            finished.Add(connection);
        }

        Call(new MessagesDone(connection, handled, handled % 3 == 1 ? [new FailedMessage(handled, "broken")] : [], isLast));
    }

    void OpenSuccessor(int argument)
    {
        var invitation = argument == 7 ? used ?? "r0" : argument == 3 ? Session.TakenOverBy ?? Session.Invited?.Id : Session.Invited?.Id;
        if (invitation is null)
        {
            return;
        }

        used = invitation;
        var id = $"c{++opened}";
        open.Add(id);
        var process = argument == 3 && Session.TakenOverBy is not null ? Session.InstanceId : $"n{opened}";
        claims[id] = new Connected(id, process, argument % 2 == 0 ? false : null, now) { Version = Wire.Version, TakeOver = invitation };
        SessionEvent arrival = argument == 6 ? new Initialized(id) { Negotiated = claims[id] } : claims[id];
        if (argument < 5 || argument == 6)
        {
            Decide(arrival);
        }
        else
        {
            undelivered.Add(arrival);
        }
    }

    // Nothing is handled, and nobody hears of anything but time.
    void GoDeaf(int argument)
    {
        if (argument == 0)
        {
            now = now.AddSeconds(20);
        }

        for (var i = 0; i < 3; i++)
        {
            FireNext();
        }

        if (argument == 1)
        {
            Decide(new UserWentAway());
        }
    }

    // All that can become of a webhook that asks for a successor.
    void HandOverInVain(int argument)
    {
        if (Session.Run is not { Reason: RunReason.HandOver } run)
        {
            return;
        }

        var over = argument % 2 == 0 ? run.HorizonAt : now;
        AdvanceTo(over);
        switch (run.Phase)
        {
            case RunPhase.Sending when argument is 0 or 1: Decide(new AttemptUnlooked(run.Id, run.Attempt, Busy: argument == 1)); break;
            case RunPhase.Sending when argument is 2 or 3: Decide(new AttemptFound(run.Id, run.Attempt)); break;
            case RunPhase.Sending when argument is 4 or 5: Decide(new AttemptStalled(run.Id, RunOrderKind.Send, run.Attempt, run.Driver)); break;
            case RunPhase.Sending: Decide(new AttemptSent(run.Id, run.Attempt, WebhookResult.FromStatus(503) with { IsLeaving = argument == 7 })); break;
            case RunPhase.Asking when argument is 0 or 1: Decide(new AttemptStalled(run.Id, RunOrderKind.Ask, Driver: run.Driver)); break;
            case RunPhase.Asking when argument is 3 && asks.Count > 0: SecondPlace(asks[^1].Ask); break;
            case RunPhase.Confirming when argument is 1: Decide(new AttemptStalled(run.Id, RunOrderKind.Send, run.Attempt, run.Driver)); break;
            case RunPhase.Confirming:
                AdvanceTo(run.DueAt);
                Decide(new AttemptDue(run.Id, run.Driver));
                break;
            case RunPhase.Waiting when argument is 6:
                now = now.AddMinutes(20);
                Decide(new RunMissing(run.Id));
                break;
            default: Decide(new CalledUp(run.Id)); break;
        }
    }

    void SecondPlace(AdmissionAsked ask)
    {
        Decide(AttemptAdmitted.To(ask, ask.RunId!, Admission.Wait(now.AddSeconds(5), new Ticket(1, 3, false))));
        Decide(AttemptAdmitted.To(ask, ask.RunId!, Admission.Wait(now.AddSeconds(5), new Ticket(1, 4, false))));
    }
}
