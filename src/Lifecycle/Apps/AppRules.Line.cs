using System.Collections.Immutable;

namespace Lifecycle;

public static partial class AppRules
{
    /// <summary>
    /// Those in line come back a little before their turn, as a share of it, and are given the exact slot then: places of sessions
    /// that have left meanwhile close up, and the pace is kept.
    /// </summary>
    public const double EarlyShare = 0.95;

    /// <summary>
    /// How far ahead a slot is given. Whoever is further from its turn keeps a ticket and asks again: a slot is not taken back, so those
    /// given out go to the app even if it goes away meanwhile.
    /// </summary>
    public static readonly TimeSpan SlotLead = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How soon whoever is called up when there is a verdict asks again by itself, at the least, for when the call does not come. Those who stand too far behind to be called
    /// ask when their turn can be: after the next look at the app, plus their distance at the pace. They wait at least half as long, and a quarter where somebody looks at
    /// their session.
    /// </summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    /// <summary>How many a second ask by themselves at the most of those who stand too far behind to be called, where the pace of their app is learned or its health URL asked.</summary>
    public const double AsksPerSecond = 60;

    /// <summary>And later, as a share of the time for which it has waited: the asks of a long wait grow with its logarithm.</summary>
    public const double AskAgainShare = 0.5;

    /// <summary>
    /// How often a question is put off once more whose session was called up meanwhile: twice, since the call may still be on its way. After that the call
    /// is lost, and the question is answered.
    /// </summary>
    public const int OvertakenAtMost = 2;

    /// <summary>How long a line is thought to move in which nobody takes a slot: then those who hold its tickets have gone.</summary>
    public static readonly TimeSpan LineIdle = TimeSpan.FromSeconds(30);

    /// <summary>How long after the first answer of an app that was not found to be away the line begins to move.</summary>
    public static readonly TimeSpan AnswerIsNew = TimeSpan.FromSeconds(1);

    // Starts, revivals and resurrections alike: to the app they are the same load. What comes by itself and one at a time goes at once.
    static AppDecision AskedWhileWell(AppTurn turn, AdmissionAsked ask)
    {
        if (!IsLineMoving(turn) && !StandsInLine(turn, ask))
        {
            if (NextSlot(turn, turn.Policy.PaceBurst).Slot <= turn.Now + SlotLead)
            {
                return TakeSlot(turn, ask, turn.Policy.PaceBurst);
            }

            // More than can go soon: from here on they stand in line.
            turn.Change(g => g with { Line = new WaitingLine { Number = g.Line.Number + 1, AdmittedFrom = g.NextSlotAt } });
        }

        // A slot that is free now is nobody else's: those before have gone, or are late.
        var ticket = TicketFor(turn, ask);
        var slot = NextSlot(turn, 1).Slot;
        var before = Math.Max(0, RankOf(turn, ticket) - turn.Gate.Line.Served);
        var turnOf = slot + (turn.Interval * before);
        // What is given out goes to the app even if it has died meanwhile: together with the failures that open the breaker, two seconds of webhooks.
        // Whoever is late takes a slot before those who come in time, or these would always be there first.
        return slot <= turn.Now || turnOf <= turn.Now + (SlotLead * (before == 0 ? 0.85 : 0.6))
            ? TakeSlot(turn, ask with { Ticket = ticket }, burst: 1)
            : turn.Done(Admission.Wait(ComesAt(turn, ticket, turnOf), ticket, moving: true));
    }

    // By the line's own schedule, so that enough are there at any time though each is a little late; once that time has passed, by who is before.
    static DateTimeOffset ComesAt(AppTurn turn, Ticket ticket, DateTimeOffset turnOf)
    {
        if (Learns(turn.Policy))
        {
            // It may grow meanwhile: who comes too early is put off once more, and each time for less.
            var soonest = NextSlot(turn, 1).Slot + SoonestFor(turn, Math.Max(0, RankOf(turn, ticket) - turn.Gate.Line.Served));
            return soonest - Early(soonest - turn.Now);
        }

        var planned = turn.Gate.Line.AdmittedFrom!.Value + (turn.Interval * RankOf(turn, ticket));
        var at = planned > turn.Now + SlotLead && planned < turnOf ? planned : turnOf;
        return at - Early(at - turn.Now);
    }

    // The last of a line go at its pace as well, whoever is thought to have left it.
    static bool StandsInLine(AppTurn turn, AdmissionAsked ask) =>
        turn.Gate.Line is { AdmittedFrom: not null } line && ask.Ticket?.Line == line.Number;

    static bool IsLineMoving(AppTurn turn) =>
        turn.Gate.Line is { AdmittedFrom: not null, Held: > 0 } && turn.Now < turn.Gate.NextSlotAt + LineIdle;

    static (DateTimeOffset Slot, DateTimeOffset NextSlotAt) NextSlot(AppTurn turn, int burst) =>
        Pacer.Take(turn.Gate.NextSlotAt, turn.Now, turn.PerSecond, burst);

    static AppDecision TakeSlot(AppTurn turn, AdmissionAsked ask, int burst)
    {
        var (slot, next) = NextSlot(turn, burst);
        // What goes by itself and at once teaches nothing of the pace, and costs nobody a report.
        var isPaced = Learns(turn.Policy) && (slot > turn.Now || StandsInLine(turn, ask));
        var kept = turn.Gate.Granted.RemoveAll(granted => !IsKept(granted, turn.Now));
        turn.Change(g => g with
        {
            NextSlotAt = next,
            Granted = [.. kept.Skip(Math.Max(0, kept.Length + 1 - AppGate.RememberedSlots)), new Flight(ask.WebhookId, slot)],
        }).Count(t => t with { Admitted = t.Admitted + 1 });
        return Go(Served(turn, ask.Ticket), slot, awaited: isPaced);
    }

    // Whoever asks again after it has missed its slot gets another one.
    static bool IsKept(Flight granted, DateTimeOffset now) => now <= granted.At + Rules.SlotKept;

    // For a verdict: the first in line is due when there can be one, the others are called up.
    static AppDecision Wait(AppTurn turn, AdmissionAsked ask, DateTimeOffset verdictFrom)
    {
        if (turn.Gate.Line.AdmittedFrom is not null)
        {
            turn.Change(g => g with { Line = new WaitingLine { Number = g.Line.Number + 1 } });
        }

        var ticket = TicketFor(turn, ask);
        var isCalled = AddWaiting(turn, ask, ticket);
        if (verdictFrom > turn.Now && turn.Gate.Waiting is var waiting && (waiting.IsEmpty || (isCalled && waiting[0].SessionId == ask.SessionId)))
        {
            return turn.Done(Admission.Wait(verdictFrom, ticket) with { Callable = isCalled ? OvertakenAtMost : 0 });
        }

        var distance = SoonestFor(turn, RankOf(turn, ticket));
        var at = VerdictFor(turn, ask, verdictFrom, isCalled) + (distance > SlotLead ? distance - Early(distance) : distance);
        var soonest = turn.Now + (isCalled ? PatienceOf(turn, ask) : UncalledPatienceOf(turn, ticket));
        return turn.Done(Admission.Wait(at > soonest ? at : soonest, ticket) with { Callable = isCalled ? OvertakenAtMost : 0 });
    }

    // Where everybody's turn can be soon, how often all of them ask together does not depend on how many they are.
    static TimeSpan UncalledPatienceOf(AppTurn turn, Ticket ticket)
    {
        var (line, called) = (turn.Gate.Line, turn.Gate.Waiting);
        var uncalled = !Learns(turn.Policy) && turn.Gate.Health is null ? 0
            : ticket.Foreground ? Math.Min(line.Foreground, line.Held) - called.Count(waiter => waiter.Foreground)
            : line.Held - called.Length;
        var patience = TimeSpan.FromSeconds(uncalled / AsksPerSecond);
        var least = ticket.Foreground ? AskAgain / 4 : AskAgain / 2;
        return patience > least ? patience : least;
    }

    static TimeSpan PatienceOf(AppTurn turn, AdmissionAsked ask)
    {
        var share = (turn.Now - (ask.Since ?? turn.Now)) * AskAgainShare;
        return share > AskAgain ? share : AskAgain;
    }

    // False for those who cannot be called up, and so have to come when it can be their turn.
    static bool AddWaiting(AppTurn turn, AdmissionAsked ask, Ticket ticket)
    {
        if (ask is not { SessionId: { } session, RunId: { } run })
        {
            return false;
        }

        var waiting = turn.Gate.Waiting;
        var at = waiting.Count(waiter => waiter.IsBefore(ticket));
        var most = Math.Clamp(Math.Max(turn.Policy.PacePerSecond, turn.Policy.PaceCeiling) * 5, AppGate.FewestWaiting, AppGate.MostWaiting);
        // Nobody is pushed out for another: it would wait for a call that does not come.
        if (at >= most || waiting.Length >= AppGate.MostWaiting)
        {
            return false;
        }

        turn.Change(g => g with { Waiting = waiting.Insert(at, new Waiter(session, run, ticket.Place, ticket.Foreground)) });
        return true;
    }

    // Without a ticket: it comes by itself in any case, and is called only when the app is up before that.
    static AppTurn Expecting(AppTurn turn, OutcomeReported reported)
    {
        var (waiting, foreground) = (turn.Gate.Waiting, reported.Foreground);
        if ((HasAnswered(turn) && !reported.Result.IsNobodyThere) || waiting.Length >= AppGate.MostWaiting || reported is not { SessionId: { } session, RunId: { } run })
        {
            return turn;
        }

        var place = foreground ? turn.Gate.Line.Foreground : turn.Gate.Line.Background;
        var at = waiting.Count(waiter => waiter.IsBefore(new Ticket(turn.Gate.Line.Number, place, foreground)));
        return turn.Change(g => g with { Waiting = waiting.Insert(at, new Waiter(session, run, place, foreground)) });
    }

    // True when it was the one who is called next.
    static bool Gone(AppTurn turn, string? sessionId)
    {
        var waiting = turn.Gate.Waiting;
        if (sessionId is not null)
        {
            LeaveLoop(turn.Change(g => g with { Waiting = waiting.RemoveAll(waiter => waiter.SessionId == sessionId) }), sessionId);
        }

        return waiting is [var first, ..] && first.SessionId == sessionId;
    }

    static ImmutableArray<Waiter> WithoutAsker(ImmutableArray<Waiter> waiting, AdmissionAsked ask) =>
        ask.SessionId is null ? waiting : waiting.RemoveAll(waiter => waiter.SessionId == ask.SessionId);

    // The app is up from then on: each in its turn, as far as they can be called; the others come by themselves.
    static AppTurn CallAll(AppTurn turn, DateTimeOffset from)
    {
        var waiting = turn.Gate.Waiting;
        for (var place = 0; place < waiting.Length; place++)
        {
            var at = from + SoonestFor(turn, Math.Max(0, place - (int)Math.Round(SlotLead / turn.Interval)));
            turn.Do(new CallUp(waiting[place].SessionId, waiting[place].RunId, at > turn.Now ? at : null));
        }

        return turn.Change(g => g with { Waiting = [] });
    }

    // Places are free, or there is a time at which to look: the next ones are to come, and stay in line until they do.
    static AppTurn CallNext(AppTurn turn, int most = 1)
    {
        var breaker = turn.Gate.Breaker;
        var free = !breaker.IsOpen ? turn.Policy.FirstFlight - turn.Gate.Flights.Length : breaker.Probe is null ? 1 : 0;
        var at = Rules.Later(breaker.IsOpen ? turn.Gate.ProbeFrom : turn.Gate.HoldUntil, AwayUntil(turn.Gate));
        foreach (var next in turn.Gate.Waiting.Take(Math.Min(free, most)))
        {
            turn.Do(new CallUp(next.SessionId, next.RunId, at > turn.Now ? at : null));
        }

        return turn;
    }

    static Ticket TicketFor(AppTurn turn, AdmissionAsked ask)
    {
        var line = turn.Gate.Line;
        if (ask.Ticket is { } held && held.Line == line.Number && held.Foreground == ask.Foreground)
        {
            return held;
        }

        var ticket = new Ticket(line.Number, ask.Foreground ? line.Foreground : line.Background, ask.Foreground);
        turn.Change(g => g with
        {
            Line = ask.Foreground ? line with { Foreground = line.Foreground + 1 } : line with { Background = line.Background + 1 },
        });
        return ticket;
    }

    // Whoever leaves before its turn makes room: everybody behind it is one place further in front.
    static AppTurn Leave(AppTurn turn, Ticket? ticket) => ticket?.Line == turn.Gate.Line.Number && IsFirst(turn, NameOf(ticket))
        ? turn.Change(g => g with { Line = g.Line with { WentAhead = g.Line.WentAhead + 1 } })
        : turn;

    static string NameOf(Ticket ticket) => $"{ticket.Line}/{ticket.Place}{(ticket.Foreground ? "/f" : "")}";

    // Whoever has its turn is in line no more, and nobody's turn comes sooner for it.
    static AppTurn Served(AppTurn turn, Ticket? ticket) => ticket?.Line == turn.Gate.Line.Number
        ? turn.Change(g => g with { Line = g.Line with { Served = g.Line.Served + 1 } })
        : turn;

    // Foreground sessions go first, so everybody else is behind all of them.
    static int RankOf(AppTurn turn, Ticket ticket) => turn.Gate.Line.RankOf(ticket);

    static TimeSpan Early(TimeSpan distance)
    {
        var early = distance * (1 - EarlyShare);
        return early < SlotLead / 2 ? SlotLead / 2 : early < SlotLead ? early : SlotLead;
    }
}
