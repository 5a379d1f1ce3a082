namespace Lifecycle.Simulator.Searching;

/// <summary>The way to a state, in lines for a person. Sessions keep their names on it, though states exchange them.</summary>
sealed class Trace(StateSpace space, StateTable table, int[] parents)
{
    const int MostBeyond = 60;

    readonly List<Step> steps = [];
    readonly List<string> lines = [];
    bool isExchanged;

    /// <summary>The way to a state and one step further.</summary>
    public IReadOnlyList<string> To(int state, Step last)
    {
        Follow(state);
        Say(table[state], last);
        return lines;
    }

    /// <summary>The way to a state, and how it goes on when nothing goes wrong any more.</summary>
    public IReadOnlyList<string> Beyond(int state)
    {
        Follow(state);
        lines.Add("-- nothing goes wrong from here on");
        for (var (key, n) = (table[state], 0); n < MostBeyond; n++)
        {
            space.StepsFrom(key, steps);
            if (space.NextOf(steps) is not { } next)
            {
                lines.Add("-- nothing comes any more");
                break;
            }

            Say(key, next);
            key = next.Key;
        }

        return lines;
    }

    void Follow(int state)
    {
        var way = new Stack<int>();
        for (var at = state; at >= 0; at = parents[at])
        {
            way.Push(at);
        }

        for (var from = way.Pop(); way.TryPop(out var to); from = to)
        {
            space.StepsFrom(table[from], steps);
            Say(table[from], steps.Find(step => step.Key == table[to]));
        }
    }

    void Say(ulong from, Step step)
    {
        var after = space.SessionsOf(step.Key);
        var session = step.Who == Mover.Gate ? step.Session : (int)step.Who;
        var before = space.SessionsOf(from);
        var moved = (session == 0) != step.Exchanged ? after.First : after.Second;
        var its = session == 0 ? before.First : before.Second;
        lines.Add(step.Who == Mover.Time
            ? $"time passes: {step.Of / 1000.0:F1} s{(step.Rank == 0 ? ", and nothing moves meanwhile" : "")}"
            : $"s{(session == 0) switch { true => isExchanged ? 1 : 0, false => isExchanged ? 0 : 1 }} {TextOf(step, its)}: {StateOf(its)} -> {StateOf(moved)}");
        if (step.Broken is not null)
        {
            lines.Add($"   {step.Broken}");
        }

        isExchanged ^= step.Exchanged;
    }

    static string StateOf(Local local) =>
        $"{local.Stored.State} e{local.Stored.Epoch}{(local.Stored.Run is { } run ? $" {run.Reason} {run.Phase}" : "")}{(local.Stored.Attachment is { } attached ? $" {attached.ConnectionId ?? "(no name)"}" : "")}";

    string TextOf(Step step, Local local) => step.Kind switch
    {
        MoveKind.Deliver => $"{space.Locals.ItemOf(step.Of)} arrives",
        MoveKind.Double => $"{space.Locals.ItemOf(step.Of)} arrives, and will once more",
        MoveKind.Lose => $"{space.Locals.ItemOf(step.Of)} is lost",
        MoveKind.Crash => $"{space.Locals.ItemOf(step.Of)}: the host dies before it is saved",
        MoveKind.Answer => $"{space.Locals.ItemOf(step.Of)} is looked for, sent and answered",
        MoveKind.AnswerBadly => $"{space.Locals.ItemOf(step.Of)} is sent and answered badly, or nobody comes of it",
        MoveKind.Redo => $"{space.Locals.ItemOf(step.Of)} is sent, and the host dies",
        MoveKind.Unlook => $"{space.Locals.ItemOf(step.Of)}: nobody can look",
        MoveKind.Notice => $"the service notices the end of {local.Connections[step.Of].Claim.ConnectionId}",
        MoveKind.Blind => $"{space.Locals.ItemOf(step.Of)}: nobody can open a socket",
        MoveKind.Leave => $"process p{step.Of} closes its socket",
        MoveKind.HandOver => $"process p{step.Of} asks for a successor",
        MoveKind.Release => $"process p{step.Of} says goodbye",
        MoveKind.Drop => $"{local.Connections[step.Of].Claim.ConnectionId} breaks",
        MoveKind.Init => $"init over {local.Connections[step.Of].Claim.ConnectionId}",
        MoveKind.Connect => $"process p{step.Of} connects",
        MoveKind.Begin => $"process p{step.Of} begins and connects, as it was asked to",
        MoveKind.Restart => $"process p{step.Of} begins by itself and connects",
        MoveKind.Die => $"process p{step.Of} dies",
        _ => step.Kind.ToString(),
    };
}
