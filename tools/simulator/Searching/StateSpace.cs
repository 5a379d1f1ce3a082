using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Searching;

/// <summary>
/// The states of two sessions of one app, its gate, and what may still go wrong, each a key of 64 bits; and the steps between them. Two sessions are exchanged for the order of
/// their numbers, for they differ in nothing but their names.
/// </summary>
sealed class StateSpace
{
    const int LocalBits = 22;
    const int RestBits = 20;
    const int UrgentRank = 1;
    const int GateRank = 2;
    const int OwnRank = 3;
    const int SweepRank = 4;
    const int TimeRank = 5;

    /// <summary>How long everything stands still at once: longer than the late limit, and than a grace window.</summary>
    static readonly TimeSpan standstill = TimeSpan.FromSeconds(10);

    readonly Interner<Rest> rests = new();

    public StateSpace(IRules rules, SearchSetting setting)
    {
        Setting = setting;
        Locals = new Locals(rules, setting);
        Gates = new Gates(rules, setting, Locals);
    }

    public SearchSetting Setting { get; }

    public Locals Locals { get; }

    public Gates Gates { get; }

    /// <summary>Both sessions are about to be started.</summary>
    public ulong Start()
    {
        var begun = Locals.Of(new Local { Items = [Locals.NumberOf(new ToEntity(new StartRequested()))] });
        return KeyOf(begun, begun, new Rest(Gates.Of(AppGate.New), Setting.Faults, Setting.Troubles), out _);
    }

    /// <summary>Whether both sessions are where they can stay.</summary>
    public bool IsAtRest(ulong key) => PartsOf(key) is var (first, second, _) && Locals.ProspectOf(first).IsAtRest && Locals.ProspectOf(second).IsAtRest;

    /// <summary>The two sessions of a state.</summary>
    public (Local First, Local Second) SessionsOf(ulong key) => PartsOf(key) is var (first, second, _) ? (Locals[first], Locals[second]) : default;

    /// <summary>All steps from a state.</summary>
    public void StepsFrom(ulong key, List<Step> steps)
    {
        var (first, second, rest) = PartsOf(key);
        steps.Clear();
        AddMoves(first, second, rest, Mover.First, steps);
        AddWords(first, second, rest, 0, steps);
        if (first != second || Gates.Exchanged(rest.Gate) != rest.Gate)
        {
            AddMoves(second, first, rest, Mover.Second, steps);
            AddWords(first, second, rest, 1, steps);
        }

        AddTime(first, second, rest, steps);
    }

    /// <summary>The step that comes when all is well; null when nothing comes.</summary>
    public Step? NextOf(List<Step> steps)
    {
        Step? next = null;
        foreach (var step in steps)
        {
            next = step.Rank > 0 && (next is null || step.Rank < next.Value.Rank) ? step : next;
        }

        return next;
    }

    void AddMoves(int mover, int other, Rest rest, Mover who, List<Step> steps)
    {
        Add(Locals.ProspectOf(mover).Moves, other, rest, who, true, steps);
        if (rest.Troubles > 0)
        {
            Add(Locals.TroublesOf(mover), other, rest with { Troubles = rest.Troubles - 1 }, who, false, steps);
        }

        if (rest.Faults > 0)
        {
            Add(Locals.FaultsOf(mover), other, rest with { Faults = rest.Faults - 1 }, who, false, steps);
        }
    }

    void Add(Move[] moves, int other, Rest rest, Mover who, bool isNatural, List<Step> steps)
    {
        foreach (var move in moves)
        {
            var rank = !isNatural ? 0 : move.IsUrgent ? UrgentRank : move.Kind == MoveKind.Sweep ? SweepRank : OwnRank;
            var key = who == Mover.First ? KeyOf(move.To, other, rest, out var isExchanged) : KeyOf(other, move.To, rest, out isExchanged);
            steps.Add(new Step(key, who, 0, move.Kind, move.Of, isExchanged, rank, move.Broken));
        }
    }

    // What a session tells the gate arrives; or it does and comes once more.
    void AddWords(int first, int second, Rest rest, int session, List<Step> steps)
    {
        foreach (var item in Locals.ProspectOf(session == 0 ? first : second).Told)
        {
            AddWord(first, second, rest, session, item, removed: item, steps);
            if (rest.Faults > 0)
            {
                AddWord(first, second, rest with { Faults = rest.Faults - 1 }, session, item, removed: -1, steps);
            }
        }
    }

    void AddWord(int first, int second, Rest rest, int session, int item, int removed, List<Step> steps)
    {
        var move = Gates.MoveOf(rest.Gate, item, session);
        Span<int> after = [first, second];
        after[session] = Locals.Changed(after[session], removed, move.Answer);
        foreach (var (called, call) in move.Calls)
        {
            after[called] = Locals.Changed(after[called], -1, call);
        }

        var key = KeyOf(after[0], after[1], rest with { Gate = move.To }, out var isExchanged);
        steps.Add(new Step(key, Mover.Gate, session, removed < 0 ? MoveKind.Double : MoveKind.Deliver, item, isExchanged, removed < 0 ? 0 : GateRank, move.Broken));
    }

    // Until the next thing is due, once all that is due has arrived; or, when everything stands still, whatever is due.
    void AddTime(int first, int second, Rest rest, List<Step> steps)
    {
        var (one, other) = (Locals.ProspectOf(first), Locals.ProspectOf(second));
        var isUrgent = one.IsUrgent || other.IsUrgent;
        var wait = one.Wait is null || other.Wait < one.Wait ? other.Wait : one.Wait;
        if (!isUrgent && wait is { } span)
        {
            AddTime(first, second, rest, span, TimeRank, steps);
        }

        if (rest.Faults > 0 && (isUrgent || wait is not null))
        {
            AddTime(first, second, rest with { Faults = rest.Faults - 1 }, isUrgent ? standstill : wait!.Value + standstill, 0, steps);
        }
    }

    void AddTime(int first, int second, Rest rest, TimeSpan span, int rank, List<Step> steps)
    {
        var key = KeyOf(Locals.Passed(first, span), Locals.Passed(second, span), rest with { Gate = Gates.Passed(rest.Gate, span) }, out var isExchanged);
        steps.Add(new Step(key, Mover.Time, 0, MoveKind.Deliver, (int)span.TotalMilliseconds, isExchanged, rank));
    }

    ulong KeyOf(int first, int second, Rest rest, out bool isExchanged)
    {
        var (one, other) = (rests.Of(rest), first < second ? -1 : rests.Of(rest with { Gate = Gates.Exchanged(rest.Gate) }));
        isExchanged = first > second || (first == second && other < one);
        return isExchanged ? Pack(second, first, other) : Pack(first, second, one);
    }

    static ulong Pack(int first, int second, int rest) => (first | second) >> LocalBits == 0 && rest >> RestBits == 0
        ? ((ulong)first << (LocalBits + RestBits)) | ((ulong)second << RestBits) | (uint)rest
        : throw new InvalidOperationException("There are more sessions or gates than a key has room for: search within narrower bounds.");

    (int First, int Second, Rest Others) PartsOf(ulong key) =>
        ((int)(key >> (LocalBits + RestBits)), (int)(key >> RestBits) & ((1 << LocalBits) - 1), rests[(int)key & ((1 << RestBits) - 1)]);

    /// <summary>All of a state that is of neither session.</summary>
    readonly record struct Rest(int Gate, int Faults, int Troubles);
}
