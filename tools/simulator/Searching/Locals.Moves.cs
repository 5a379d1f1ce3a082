namespace Lifecycle.Simulator.Searching;

/// <content>All that can happen to a session.</content>
sealed partial class Locals
{
    /// <summary>The bad answers of an app.</summary>
    static readonly WebhookResult[] bad = [WebhookResult.FromStatus(503), WebhookResult.FromStatus(410), WebhookResult.FromFailure(WebhookFailure.Refused)];

    IEnumerable<Move> Find(Local local) => [.. OfItems(local), .. OfApp(local), .. OfPlatform(local)];

    Move To(MoveKind kind, int of, Local after, string? broken = null) => new(kind, of, Of(after), broken);

    Move To(MoveKind kind, int of, (Local Local, string? Broken) decided) => To(kind, of, decided.Local, decided.Broken);

    IEnumerable<Move> OfItems(Local local)
    {
        foreach (var number in local.Items.Distinct())
        {
            var (item, without) = (items[number], local with { Items = local.Items.Remove(number) });
            if (!item.IsDue)
            {
                continue;
            }

            // What is lost is lost when it would have come: sooner makes no difference.
            yield return To(MoveKind.Lose, number, without);
            foreach (var move in item is ToEntity told ? OfEvent(local, number, told, without) : item is Activity activity ? OfWebhook(local, number, activity, without) : [])
            {
                yield return move;
            }
        }
    }

    IEnumerable<Move> OfEvent(Local local, int number, ToEntity told, Local without)
    {
        yield return To(MoveKind.Deliver, number, Decide(without, told.Event, told.Driver));
        yield return To(MoveKind.Double, number, Decide(local, told.Event, null));
        yield return To(MoveKind.Crash, number, Decide(local, told.Event, told.Driver, saves: false));
    }

    // The last look, the webhook, and its answer.
    IEnumerable<Move> OfWebhook(Local local, int number, Activity activity, Local without)
    {
        var (run, order) = (activity.Run, activity.Order);
        if (!order.Blind && WhyNot(local, run, order) is { } why)
        {
            yield return To(MoveKind.Answer, number, With(without with { Unlooked = why is AttemptUnlooked ? without.Unlooked : 0 }, new ToEntity(why, null, run)));
            yield break;
        }

        if (!order.Blind)
        {
            yield return To(MoveKind.Unlook, number, With(without with { Unlooked = without.Unlooked + 1 }, new ToEntity(new AttemptUnlooked(run.RunId, order.Attempt), null, run)));
        }

        var broken = SessionInvariants.BrokenBySending(local, run, order);
        yield return To(MoveKind.Answer, number, Sent(Reaching(without, run), activity, Accepted(local, run)), broken);
        // Of a host that dies meanwhile it is done again.
        yield return To(MoveKind.Redo, number, Reaching(local, run), broken);
        // A front that answers for nobody.
        yield return To(MoveKind.AnswerBadly, number, Sent(without, activity, WebhookResult.FromStatus(200)), broken);
        foreach (var answer in bad)
        {
            yield return To(MoveKind.AnswerBadly, number, Sent(without, activity, answer), broken);
        }
    }

    static SessionEvent? WhyNot(Local local, StartRun run, RunOrder order) =>
        order.Terms?.IsLate(SearchTime.Now) == true ? new AttemptUnlooked(run.RunId, order.Attempt) { Late = true }
        : local.IsConnected ? new AttemptFound(run.RunId, order.Attempt)
        : null;

    // The process that holds the session says so; otherwise another one begins.
    static int HolderOf(Local local, StartRun run) => run.Reason == RunReason.Start ? -1
        : local.Processes.Select((process, n) => process is { Lives: true, Ended: false, TokenEpoch: not null } ? n : -1).DefaultIfEmpty(-1).Max();

    static Local Reaching(Local local, StartRun run) => HolderOf(local, run) < 0 ? local with { Asked = true } : local;

    static WebhookResult Accepted(Local local, StartRun run) => HolderOf(local, run) is >= 0 and var holder
        ? WebhookResult.FromStatus(202) with { HeldBy = InstanceOf(holder) }
        : WebhookResult.FromStatus(202);

    Local Sent(Local local, Activity activity, WebhookResult result) =>
        With(local with { Unlooked = 0 }, new ToEntity(new AttemptSent(activity.Run.RunId, activity.Order.Attempt, result), null, activity.Run));

    IEnumerable<Move> OfApp(Local local)
    {
        var mayOpen = local.Connections.Length < setting.Connections;
        for (var n = 0; n < local.Connections.Length; n++)
        {
            foreach (var move in OfConnection(local, n, local.Connections[n]))
            {
                yield return move;
            }
        }

        for (var n = 0; n < local.Processes.Length; n++)
        {
            if (local.Processes[n] is { Lives: true, Ended: var ended })
            {
                yield return To(MoveKind.Die, n, Die(local, n));
                if (mayOpen && !ended && !local.Connections.Any(its => its.Process == n && its.Link == Link.Open))
                {
                    yield return To(MoveKind.Connect, n, Open(local, n));
                }
            }
        }

        if (mayOpen && local.Asked)
        {
            yield return To(MoveKind.Begin, local.Processes.Length, OpenNew(local));
        }
        else if (mayOpen && local.Processes is not [] && local.Processes.All(process => !process.Lives || process.Ended))
        {
            yield return To(MoveKind.Restart, local.Processes.Length, OpenNew(local));
        }
    }

    IEnumerable<Move> OfConnection(Local local, int n, Connection connection)
    {
        if (connection.Link == Link.Half)
        {
            yield return To(MoveKind.Notice, n, Closed(local, connection));
        }
        else if (connection.Link == Link.Open)
        {
            yield return To(MoveKind.Drop, n, Drop(local, connection));
            if (!connection.Greeted && !connection.Spoken && !IsOnItsWay(local, connection.Claim))
            {
                yield return To(MoveKind.Init, n, Init(local, connection));
            }
        }
    }

    IEnumerable<Move> OfPlatform(Local local)
    {
        if (local.Stored.State != AppState.None)
        {
            yield return To(MoveKind.Start, 0, Decide(local, new StartRequested(), null));
            yield return To(MoveKind.Stop, 0, Decide(local, new StopRequested("user"), null));
            yield return local.Stored.Away ? To(MoveKind.Back, 0, Decide(local, new UserCameBack(), null)) : To(MoveKind.Away, 0, Decide(local, new UserWentAway(), null));
        }

        foreach (var found in local.Items.Any(item => items[item].IsDue) ? [] : SweptBy(local, TimeSpan.Zero))
        {
            yield return To(MoveKind.Sweep, 0, With(local, new ToEntity(found)));
        }
    }
}
