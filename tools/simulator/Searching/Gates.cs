using System.Collections.Immutable;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Searching;

/// <summary>What comes of an event at the gate.</summary>
/// <param name="To">The gate after it, by number.</param>
/// <param name="Answer">The answer to whoever asked, by number; -1 for none.</param>
/// <param name="Calls">Who is called, and with what.</param>
/// <param name="Broken">What it breaks; null for nothing.</param>
sealed record GateMove(int To, int Answer, ImmutableArray<(int Session, int Item)> Calls, string? Broken);

/// <summary>
/// The app's gate by its numbers, and what it makes of events. Names of sessions and webhooks carry a mark of their session here, so that the gate with its two sessions
/// exchanged is the gate with the two marks exchanged.
/// </summary>
sealed class Gates(IRules rules, SearchSetting setting, Locals locals)
{
    // Beyond all that the policies of the search wait for.
    static readonly TimeSpan longAgo = TimeSpan.FromMinutes(2);

    static readonly Reshaper exchanged = new(null, (_, text) => text.Contains('~', StringComparison.Ordinal)
        ? text.Replace("~0", "~!", StringComparison.Ordinal).Replace("~1", "~0", StringComparison.Ordinal).Replace("~!", "~1", StringComparison.Ordinal)
        : text);

    static readonly Reshaper[] marked = [Marking("~0"), Marking("~1")];

    readonly Interner<AppGate> gates = new();
    readonly Dictionary<(int Gate, int Item, int Session), GateMove> moves = [];
    readonly Dictionary<(int Gate, TimeSpan Span), int> passed = [];
    readonly Dictionary<int, int> exchanges = [];

    /// <summary>How many gates were met.</summary>
    public int Count => gates.Count;

    /// <summary>How often the rules were asked.</summary>
    public long Decisions { get; private set; }

    public AppGate this[int gate] => gates[gate];

    public int Of(AppGate gate) => gates.Of(Plain(gate));

    /// <summary>What the gate makes of what a session asks or tells it.</summary>
    public GateMove MoveOf(int gate, int item, int session)
    {
        if (!moves.TryGetValue((gate, item, session), out var move))
        {
            moves.Add((gate, item, session), move = Decide(gates[gate], (ToGate)locals.ItemOf(item), session));
        }

        return move;
    }

    /// <summary>The same gate with its two sessions exchanged.</summary>
    public int Exchanged(int gate)
    {
        if (!exchanges.TryGetValue(gate, out var other))
        {
            exchanges.Add(gate, other = Of(exchanged.Of(gates[gate])));
            exchanges.TryAdd(other, gate);
        }

        return other;
    }

    /// <summary>The gate after some time.</summary>
    public int Passed(int gate, TimeSpan span)
    {
        if (!passed.TryGetValue((gate, span), out var after))
        {
            var width = setting.Policy.BreakerWindowMs / 10;
            var later = SearchTime.Passing(span).Of(gates[gate]);
            var window = later.Breaker.Window.Select(bucket => bucket with { Number = bucket.Number - ((long)span.TotalMilliseconds / width) });
            var oldest = (SearchTime.Now.ToUnixTimeMilliseconds() / width) - 10;
            after = Of(later with { Breaker = later.Breaker with { Window = [.. window.Where(bucket => bucket.Number > oldest)] } });
            passed.Add((gate, span), after);
        }

        return after;
    }

    GateMove Decide(AppGate gate, ToGate told, int session)
    {
        Decisions++;
        var @event = marked[session].Of(told.Event);
        var decision = rules.Decide(Session.Package, gate, @event, SearchTime.Now, setting.Policy, hasHealthUrl: false);
        var calls = decision.Effects.OfType<CallUp>().Select(call => (call.SessionId[^1] - '0', locals.NumberOf(new ToEntity(new CalledUp(call.RunId) { DueAt = call.At }, Later(call.At)))));
        return new GateMove(Of(decision.Gate), AnswerOf(told, decision.Admission), [.. calls], BrokenBy(gate, @event, decision));
    }

    string? BrokenBy(AppGate before, AppEvent @event, AppDecision decision) =>
        GateInvariants.Broken(before, @event, decision, SearchTime.Now, setting.Policy) is [var broken, ..] ? $"rule {broken.Invariant.Rule}: {broken.Sentence}" : null;

    // By itself, at the slot of whoever is to go, or to the orchestration that waits for it.
    int AnswerOf(ToGate told, Admission? admission)
    {
        if (told.Event is not AdmissionAsked { RunId: { } run } ask || admission is null)
        {
            return -1;
        }

        var slot = admission.Kind == AdmissionKind.Go ? Later(admission.At) : null;
        return locals.NumberOf(told.Driver is { } driver
            ? new ToEntity(new AttemptAdmitted(driver.RunId, ask.WebhookId, admission, driver.Driver), slot, driver)
            : new ToEntity(AttemptAdmitted.To(ask, run, admission), slot));
    }

    static DateTimeOffset? Later(DateTimeOffset? at) => at > SearchTime.Now ? at : null;

    static Reshaper Marking(string mark) => new(null, (name, text) => name is "WebhookId" or "SessionId" or "InVain" or "Id" or "Away" ? text + mark : text);

    // Without what is counted and told for people; and what is remembered by name is a set.
    static AppGate Plain(AppGate gate) => gate with
    {
        Tally = new(),
        Outcomes = [],
        Reported = gate.Reported.Sort(StringComparer.Ordinal),
        Told = gate.Told.Sort(StringComparer.Ordinal),
        BusyAt = Floored(gate.BusyAt),
        AnsweredAt = Floored(gate.AnsweredAt),
        NextSlotAt = gate.NextSlotAt < SearchTime.Now ? SearchTime.Now : gate.NextSlotAt,
        NextStopAt = SearchTime.Now,
        Granted = gate.Granted.RemoveAll(slot => slot.At + longAgo < SearchTime.Now),
        Incident = gate.Incident is { } incident ? Plain(incident) : null,
    };

    static Incident? Plain(Incident incident) => incident.IsOpen
        ? incident with { Id = "", Probes = 0, Evicted = Math.Min(1, incident.Evicted), LastOutcome = null, BeganAt = Floored(incident.BeganAt)!.Value, OpenedAt = Floored(incident.OpenedAt)!.Value }
        : null;

    static DateTimeOffset? Floored(DateTimeOffset? time) => time < SearchTime.Now - longAgo ? SearchTime.Now - longAgo : time;
}
