namespace Lifecycle.Simulator.Searching;

/// <content>All that can happen to a session.</content>
sealed partial class Locals
{
    /// <summary>The bad answers of an app; the last is of a front that answers for nobody.</summary>
    static readonly WebhookResult[] bad = [WebhookResult.FromStatus(503), WebhookResult.FromStatus(410), WebhookResult.FromStatus(200)];

    static readonly ServiceSight away = new(false, SearchTime.Now);

    IEnumerable<Move> Natural(Local local) => [.. OfItems(local), .. OfApp(local), .. Swept(local)];

    IEnumerable<Move> Troubles(Local local) => [.. BadAnswers(local), .. OfTrouble(local), .. OfPlatform(local)];

    Move To(MoveKind kind, int of, Local after, string? broken = null) => new(kind, of, Of(after), broken);

    Move To(MoveKind kind, int of, (Local Local, string? Broken) decided) => To(kind, of, decided.Local, decided.Broken);

    // What is under way, each kind of it once.
    IEnumerable<(int Number, Item Item, Local Without)> Arriving(Local local)
    {
        foreach (var number in local.Items.Distinct())
        {
            if (items[number] is { IsDue: true } item)
            {
                yield return (number, item, local with { Items = local.Items.Remove(number) });
            }
        }
    }

    IEnumerable<Move> OfItems(Local local)
    {
        foreach (var (number, item, without) in Arriving(local))
        {
            if (item is ToEntity told)
            {
                yield return To(MoveKind.Deliver, number, Decide(without, told.Event, told.Driver));
            }
            else if (item is Activity activity)
            {
                yield return To(MoveKind.Answer, number, Answered(local, activity, without), SearchInvariants.BrokenBySending(local, activity.Run, activity.Order));
            }
        }
    }

    // The last look, the webhook, and its answer.
    Local Answered(Local local, Activity activity, Local without) => WhyNot(local, activity) is { } why
        ? With(without with { Unlooked = why is AttemptUnlooked ? without.Unlooked : 0 }, new ToEntity(why, null, activity.Run))
        : Sent(Reaching(without, activity), activity, Accepted(local, activity.Run));

    // What is lost is lost when it would have come: sooner makes no difference.
    IEnumerable<Move> Faults(Local local)
    {
        foreach (var (number, item, without) in Arriving(local))
        {
            yield return To(MoveKind.Lose, number, without);
            if (item is ToEntity told)
            {
                yield return To(MoveKind.Double, number, Decide(local, told.Event, null));
                yield return To(MoveKind.Crash, number, Decide(local, told.Event, told.Driver, saves: false));
                foreach (var blind in UnseenOf(local.Stored, told.Event))
                {
                    yield return To(MoveKind.Blind, number, Decide(without, blind, told.Driver));
                }
            }
            else if (item is Activity activity && WhyNot(local, activity) is null)
            {
                // Of a host that dies meanwhile it is done again.
                yield return To(MoveKind.Redo, number, Reaching(local, activity));
                yield return To(MoveKind.Unlook, number, Unlooked(without, activity, null));
                yield return To(MoveKind.Blind, number, Unlooked(without, activity, away));
            }
        }
    }

    Local Unlooked(Local local, Activity activity, ServiceSight? sight) =>
        With(local with { Unlooked = local.Unlooked + 1 }, new ToEntity(new AttemptUnlooked(activity.Run.RunId, activity.Order.Attempt) { Sight = sight }, null, activity.Run));

    // No client can open a socket when the canary looks.
    static IEnumerable<SessionEvent> UnseenOf(AppSession stored, SessionEvent @event) => @event switch
    {
        TimerFired timer when Rules.WantsSight(stored, timer, SearchTime.Now) => [timer with { Sight = away }],
        AttemptDue due when Rules.WantsSight(stored, due, SearchTime.Now) => [due with { Sight = away }],
        _ => [],
    };

    IEnumerable<Move> BadAnswers(Local local)
    {
        foreach (var (number, item, without) in Arriving(local))
        {
            foreach (var answer in item is Activity activity && WhyNot(local, activity) is null ? bad : [])
            {
                yield return To(MoveKind.AnswerBadly, number, Sent(without, (Activity)item, answer));
            }
        }
    }

    static SessionEvent? WhyNot(Local local, Activity activity) => activity.Order switch
    {
        { Blind: true } => null,
        { Terms: { } terms, Attempt: var attempt } when terms.IsLate(SearchTime.Now) => new AttemptUnlooked(activity.Run.RunId, attempt) { Late = true },
        { Attempt: var attempt } when local.IsConnected => new AttemptFound(activity.Run.RunId, attempt),
        _ => null,
    };

    // The process that holds the session says so; otherwise another one begins.
    static int HolderOf(Local local, StartRun run) => run.Reason != RunReason.Resurrection ? -1
        : local.Processes.Select((process, n) => process is { Lives: true, Ended: false, TokenEpoch: not null } ? n : -1).DefaultIfEmpty(-1).Max();

    static Local Reaching(Local local, Activity activity) => HolderOf(local, activity.Run) < 0 ? local with { Asked = true, Invite = activity.Order.Invite?.Id } : local;

    static WebhookResult Accepted(Local local, StartRun run) => HolderOf(local, run) is >= 0 and var holder
        ? WebhookResult.FromStatus(202) with { HeldBy = InstanceOf(holder) }
        : WebhookResult.FromStatus(202);

    Local Sent(Local local, Activity activity, WebhookResult result) =>
        With(local with { Unlooked = 0 }, new ToEntity(new AttemptSent(activity.Run.RunId, activity.Order.Attempt, result), null, activity.Run));

    bool MayOpen(Local local) => local.Connections.Length < setting.Connections;

    IEnumerable<Move> OfApp(Local local)
    {
        for (var n = 0; n < local.Connections.Length; n++)
        {
            var connection = local.Connections[n];
            if (connection.Link == Link.Half)
            {
                yield return To(MoveKind.Notice, n, Closed(local, connection));
            }
            else if (connection is { Link: Link.Open, Greeted: false, Spoken: false } && !IsOnItsWay(local, connection.Claim))
            {
                yield return To(MoveKind.Init, n, Init(local, connection));
            }
        }

        for (var n = 0; n < local.Processes.Length; n++)
        {
            if (local.Processes[n].Leaves && local.Connections.FirstOrDefault(its => its.Process == n && its.Link == Link.Open) is { Claim: not null } last)
            {
                yield return To(MoveKind.Leave, n, Closed(local, last));
            }
        }

        for (var n = 0; MayOpen(local) && n < local.Processes.Length; n++)
        {
            if (local.Processes[n] is { Lives: true, Ended: false } && !local.Connections.Any(its => its.Process == n && its.Link == Link.Open))
            {
                yield return To(MoveKind.Connect, n, Open(local, n));
            }
        }

        if (MayOpen(local) && local.Asked)
        {
            yield return To(MoveKind.Begin, local.Processes.Length, OpenNew(local));
        }
    }

    IEnumerable<Move> OfTrouble(Local local)
    {
        for (var n = 0; n < local.Connections.Length; n++)
        {
            if (local.Connections[n].Link == Link.Open)
            {
                yield return To(MoveKind.Drop, n, Drop(local, local.Connections[n]));
            }
        }

        for (var n = 0; n < local.Processes.Length; n++)
        {
            if (local.Processes[n].Lives)
            {
                yield return To(MoveKind.Die, n, Die(local, n));
            }
        }

        if (MayOpen(local) && !local.Asked && local.Processes.Length is 1 or 2)
        {
            yield return To(MoveKind.Restart, local.Processes.Length, OpenNew(local));
        }
    }

    IEnumerable<Move> OfPlatform(Local local)
    {
        if (local.Stored.State == AppState.None)
        {
            yield break;
        }

        yield return To(MoveKind.Start, 0, Decide(local, new StartRequested(), null));
        yield return To(MoveKind.Stop, 0, Decide(local, new StopRequested("user"), null));
        yield return To(MoveKind.Away, 0, Decide(local, local.Stored.Away ? new UserCameBack() : new UserWentAway(), null));
        if (setting.Talks && local.Stored.Mailbox.LastSeq == 0)
        {
            yield return To(MoveKind.Post, 0, Decide(local, new MessagePosted("m1", "{}"), null));
        }

        foreach (var connection in setting.Talks ? local.Connections.Where(its => its is { Link: Link.Open, Greeted: true }) : [])
        {
            var name = connection.Claim.ConnectionId;
            yield return To(MoveKind.Release, connection.Process, With(OfProcess(local, connection.Process, process => process with { Ended = true, Leaves = true }), new ToEntity(new Released(name) { Negotiated = connection.Claim })));
            if (!local.HandedOver)
            {
                yield return To(MoveKind.HandOver, connection.Process, With(local with { HandedOver = true }, new ToEntity(new HandOverAsked(name) { Negotiated = connection.Claim })));
            }
        }
    }

    IEnumerable<Move> Swept(Local local)
    {
        foreach (var found in local.Items.Any(item => items[item].IsDue) ? [] : SweptBy(local, TimeSpan.Zero))
        {
            yield return To(MoveKind.Sweep, 0, With(local, new ToEntity(found)));
        }
    }
}
