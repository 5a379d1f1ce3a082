using Lifecycle.Simulator.Apps;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Watching;

/// <summary>
/// Compares what the rules make of a world with what is true of it, after every decision: the rules of DESIGN section 2, by their numbers. It believes no verdict of the rules
/// about themselves.
/// </summary>
sealed partial class Watch(World world, Journal? journal)
{
    // A few that wait for very long say more of the days than of the policies.
    const long LongestWaitMs = 60_000;

    /// <summary>The first thing that must not be.</summary>
    public Violation? Violation { get; private set; }

    long Now => world.Agenda.Now;

    void Fail(int rule, Session? session, string what) => Violation ??= new Violation(rule, what, Now, session?.Index);

    public void Struck(Stroke stroke)
    {
        journal?.Struck(Now, stroke);
        if (stroke.Do is StrokeKind.Start or StrokeKind.Revive or StrokeKind.SetPolicy)
        {
            wishes++;
            foreach (var session in world.Sessions.Where(session => stroke.Session is null || session.Index == stroke.Session))
            {
                session.Memory.Restarts.Clear();
            }
        }
    }

    public void Crashed(Session session, SessionEvent @event) => journal?.Crashed(Now, session.Index, @event);

    /// <summary>A socket gets nothing through any more.</summary>
    public void Broken(Socket socket, Blame cause)
    {
        var memory = socket.Session.Memory;
        journal?.Note(Now, $"s{socket.Session.Index} {socket.Id} breaks: {cause}");
        if (socket.Session.Stored.Attachment?.ConnectionId == socket.Id && memory.BrokenAt is null)
        {
            (memory.BrokenAt, memory.Cause) = (Now, cause);
            world.Figures.Losses++;
            if (cause == Blame.App)
            {
                memory.ShortLives = Now - memory.BornAt < world.Policy.StableMs ? memory.ShortLives + 1 : 0;
            }
        }
    }

    public void Decided(Session session, AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now)
    {
        journal?.Decided(Now, session.Index, before, @event, decision);
        Decisions(session, before, @event, decision);
        Runs(session, before, @event, decision);
        Attaches(session, before, @event, decision);
        Stops(session, @event, decision);
        CloudIsNotBlamed(session, before, @event, decision, now);
        Messages(session, before, @event, decision);
        Remember(session, before, @event, decision);
    }

    void Remember(Session session, AppSession before, SessionEvent @event, Decision decision)
    {
        var (memory, after) = (session.Memory, decision.Session);
        if (@event is Disconnected closed)
        {
            memory.Closed(closed.ConnectionId);
        }

        if (after.State == AppState.None || (after.State == AppState.Starting && before.State != AppState.Starting))
        {
            memory.Forget();
        }

        if (after.State == AppState.Evicted && before.State != AppState.Evicted)
        {
            world.Figures.Evictions++;
            GivenUpInVain(session, decision);
        }

        if (after is { State: AppState.Running, Attachment: { } attachment } && (before.State != AppState.Running || before.Attachment?.ConnectionId != attachment.ConnectionId))
        {
            Attached(session, before, decision);
        }
    }

    void Attached(Session session, AppSession before, Decision decision)
    {
        var (memory, after) = (session.Memory, decision.Session);
        memory.Started.Clear();
        if (after.InstanceId is { } instance)
        {
            memory.Attached(instance, Now);
        }

        var live = session.Open.Exists(socket => socket.Id == after.Attachment!.ConnectionId && !socket.IsBroken);
        if (memory.BrokenAt is { } broken && live)
        {
            memory.BrokenAt = null;
            world.Figures.Recovered(Now - broken);
            world.Figures.WaitedMs += Math.Min(LongestWaitMs, Now - Math.Max(broken, WellFrom(session) ?? Now));
            Blamed(memory.Cause, decision.Outcome.Blame, before.State == AppState.Running);
        }
    }

    void Blamed(Blame truth, Blame said, bool unnoticed)
    {
        world.Figures.BlamedRight += said == truth ? 1 : 0;
        world.Figures.BlamedNobody += said == Blame.Unknown || unnoticed ? 1 : 0;
        world.Figures.BlamedWrong += said != truth && said != Blame.Unknown && !unnoticed ? 1 : 0;
    }

    /// <summary>A last look was taken, or could not be: the service could not be asked, or nobody can attach.</summary>
    public void Looked(Session session, StartRun run, bool failed)
    {
        var (last, times) = session.Memory.Unlooked;
        session.Memory.Unlooked = (run.RunId, !failed ? 0 : last == run.RunId ? times + 1 : 1);
    }

    public void Begun(Session session, long seq, Client client) => session.Memory.Given[seq] = client.Instance;

    public void Handled(Session session, long seq) => session.Memory.Given.Remove(seq);
}
