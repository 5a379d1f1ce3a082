using System.Runtime.InteropServices;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Searching;

/// <summary>
/// The sessions of the search by their numbers, and what can happen to each. A decision follows from the session and the event alone, so each is asked of the rules
/// once, however many states of the world have that session in them.
/// </summary>
sealed partial class Locals(IRules rules, SearchSetting setting)
{
    /// <summary>Both sessions have this name: the rules look into no name, and what leaves for the gate is told apart there (<see cref="Gates"/>).</summary>
    public static readonly AppSessionId Id = new("s", Session.Package);

    readonly Interner<AppSession> sessions = new(new StoredComparer());
    readonly Interner<Item> items = new();
    readonly Interner<Local> locals = new();
    readonly List<Prospect?> prospects = [];
    readonly List<Move[]?> troubles = [];
    readonly List<Move[]?> faults = [];
    readonly Dictionary<TimeSpan, Reshaper> passing = [];
    readonly Dictionary<(int Item, TimeSpan Span), int> passedItems = [];
    readonly Dictionary<(int Local, TimeSpan Span), int> passed = [];
    readonly Dictionary<(int Local, int Removed, int Added), int> changed = [];

    Policy Policy => setting.Policy;

    /// <summary>How many sessions were met.</summary>
    public int Count => locals.Count;

    /// <summary>The lines of the transition table that were seen.</summary>
    public HashSet<TransitionRow> Rows { get; } = [];

    /// <summary>How often the rules were asked.</summary>
    public long Decisions { get; private set; }

    public Local this[int local] => locals[local];

    public Item ItemOf(int item) => items[item];

    public int NumberOf(Item item) => items.Of(item);

    /// <summary>The number of a session, without what only tells how it came to be.</summary>
    public int Of(Local local)
    {
        var isOver = local is { Stored.State: AppState.None, Items.IsEmpty: true, IsConnected: false, Asked: false, Holder: >= 0 };
        var plain = isOver ? new Local { Holder = 0 } : local;
        var number = locals.Of(plain with { Stored = sessions[sessions.Of(Plain(plain.Stored))] });
        while (prospects.Count < locals.Count)
        {
            prospects.Add(null);
        }

        return number;
    }

    /// <summary>What comes of a session by itself.</summary>
    public Prospect ProspectOf(int local) => prospects[local] ??= Look(local);

    /// <summary>What trouble can be made for it.</summary>
    public Move[] TroublesOf(int local) => Known(troubles, local) ??= Moving(local, Troubles(locals[local]));

    /// <summary>What of ours can fail.</summary>
    public Move[] FaultsOf(int local) => Known(faults, local) ??= Moving(local, Faults(locals[local]));

    ref Move[]? Known(List<Move[]?> of, int local)
    {
        while (of.Count < locals.Count)
        {
            of.Add(null);
        }

        return ref CollectionsMarshal.AsSpan(of)[local];
    }

    static Move[] Moving(int local, IEnumerable<Move> moves) => [.. moves.Where(move => move.To != local || move.Broken is not null).OrderBy(move => move.Kind)];

    Prospect Look(int local)
    {
        var its = locals[local];
        var moves = Moving(local, Natural(its));
        int[] told = [.. its.Items.Distinct().Where(item => items[item] is ToGate { IsDue: true })];
        var isUrgent = told.Length > 0 || moves is [{ IsUrgent: true }, ..];
        return new Prospect(moves, told, NextOf(its), isUrgent, !isUrgent && moves.Length == 0 && IsSettled(its));
    }

    bool IsSettled(Local local) => local.Stored.State switch
    {
        AppState.None or AppState.Stopped or AppState.Evicted => true,
        AppState.Dormant => local.Stored.Away,
        AppState.Disconnected => local.Stored.Run is null && !Policy.Resurrect,
        AppState.Running => local.Connections.Any(its => its is { Link: Link.Open, Greeted: true } && its.Claim.ConnectionId == local.Stored.Attachment!.ConnectionId),
        _ => false,
    };

    /// <summary>The session after some time.</summary>
    public int Passed(int local, TimeSpan span)
    {
        if (!passed.TryGetValue((local, span), out var after))
        {
            var (its, reshaper) = (locals[local], PassingOf(span));
            var stored = reshaper.Of(its.Stored);
            after = Of(its with
            {
                Stored = stored with { Life = stored.Life with { BeganAt = Floored(stored.Life.BeganAt, Policy.StableMs) } },
                Items = [.. its.Items.Select(item => PassedItem(item, span)).Order()],
            });
            passed.Add((local, span), after);
        }

        return after;
    }

    /// <summary>The session with one item less and others more.</summary>
    /// <param name="local">The session.</param>
    /// <param name="removed">The item; -1 for none.</param>
    /// <param name="added">The one that is new; -1 for none.</param>
    public int Changed(int local, int removed, int added)
    {
        if (!changed.TryGetValue((local, removed, added), out var after))
        {
            var its = locals[local];
            var left = removed < 0 ? its.Items : its.Items.Remove(removed);
            after = Of(its with { Items = added < 0 ? left : [.. left.Add(added).Order()] });
            changed.Add((local, removed, added), after);
        }

        return after;
    }

    Reshaper PassingOf(TimeSpan span)
    {
        if (!passing.TryGetValue(span, out var reshaper))
        {
            passing.Add(span, reshaper = SearchTime.Passing(span));
        }

        return reshaper;
    }

    int PassedItem(int item, TimeSpan span)
    {
        if (!passedItems.TryGetValue((item, span), out var after))
        {
            passedItems.Add((item, span), after = items.Of(PassingOf(span).Of(items[item])));
        }

        return after;
    }

    static DateTimeOffset? Floored(DateTimeOffset? time, int mostMs) => time < SearchTime.Now.AddMilliseconds(-mostMs) ? SearchTime.Now.AddMilliseconds(-mostMs) : time;

    // Nothing is decided by any of these.
    static AppSession Plain(AppSession stored) => stored.State == AppState.None ? AppSession.None : stored with
    {
        Trail = [],
        Tally = new(),
        Reason = null,
        Trace = null,
        Closed = stored.Closed.Sort(StringComparer.Ordinal),
        Roll = stored.Roll is null ? null : stored.Roll with { At = SearchTime.Now },
        Groups = stored.Groups.JoinedAt is null ? stored.Groups : stored.Groups with { JoinedAt = SearchTime.Now },
        Mailbox = stored.Mailbox with { Receipts = [] },
        Run = stored.Run is null ? null : stored.Run with { LastAttempts = [] },
    };

    // What is due, what reconciliation will find when its time has come, or nothing.
    TimeSpan? NextOf(Local local)
    {
        var next = local.Items.Select(item => items[item].Due - SearchTime.Now).Where(wait => wait > TimeSpan.Zero).Min();
        if (SweptBy(local, SearchTime.LeftAlone).Any() && !SweptBy(local, TimeSpan.Zero).Any())
        {
            next = next < SearchTime.LeftAlone ? next : SearchTime.LeftAlone;
        }

        return next is null && SweptBy(local, SearchTime.LongAgo).Any() && !SweptBy(local, TimeSpan.Zero).Any() ? SearchTime.LongAgo : next;
    }

    sealed class StoredComparer : IEqualityComparer<AppSession>
    {
        public bool Equals(AppSession? x, AppSession? y) => ReferenceEquals(x, y) || (x is not null && x.Equals(y));

        public int GetHashCode(AppSession session) => HashCode.Combine(
            session,
            HashCode.Combine(session.Deadline, session.LostAt, session.KeptUntil, session.Life.BeganAt, session.Life.Short, session.GraceTimerAt),
            HashCode.Combine(session.Closed.Length, session.ToldWebhook, session.MissingConnection, session.Away, session.StartPending, session.Released),
            HashCode.Combine(session.Evidence.SignAt, session.Evidence.LateAt, session.OpenWebhook?.RunId, session.InstanceId, session.Subscriptions.Version, session.WrittenOff),
            HashCode.Combine(session.Mailbox, session.Evidence.AwayAt, session.Predecessor?.Until, session.Invited?.Id));
    }
}
