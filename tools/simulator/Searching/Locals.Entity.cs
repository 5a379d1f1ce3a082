using System.Collections.Immutable;

namespace Lifecycle.Simulator.Searching;

/// <content>The entity: the rules decide, and what they want done is done.</content>
sealed partial class Locals
{
    // What an event does to a session; without what is durable when the host dies before it is saved.
    (Local Local, string? Broken) Decide(Local local, SessionEvent @event, StartRun? driver, bool saves = true)
    {
        Decision decision;
        Decisions++;
        try
        {
            decision = rules.Decide(Id, local.Stored, Seen(local.Stored, @event), SearchTime.Now, Policy);
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException or ArgumentException)
        {
            return (local, $"the rules throw: {e.Message}");
        }

        var outside = decision.Effects.Aggregate(local, DoOutside);
        if (!saves)
        {
            return (outside, null);
        }

        var broken = SearchInvariants.Broken(local, @event, decision, Policy) ?? Tabled(local.Stored.State, @event, decision);
        var after = decision.Effects.Aggregate(outside with { Stored = decision.Session }, DoDurable);
        return (Remembering(local, after, @event, decision) is var remembered && driver is not null
            ? Obey(remembered, driver, decision.Order ?? RunOrder.End("no order"))
            : remembered, broken);
    }

    // Whatever the rules answer stands in the table.
    string? Tabled(AppState before, SessionEvent @event, Decision decision)
    {
        var row = TransitionTable.Rows.FirstOrDefault(line => TransitionTable.Matches(line, before, @event, decision));
        if (row is null)
        {
            return $"no line of the table says {decision.Outcome.Reason} in {before}";
        }

        Rows.Add(row);
        return null;
    }

    static SessionEvent Seen(AppSession stored, SessionEvent @event) => @event switch
    {
        TimerFired { Sight: null } timer when Rules.WantsSight(stored, timer, SearchTime.Now) => timer with { Sight = new ServiceSight(true) },
        AttemptDue { Sight: null } due when Rules.WantsSight(stored, due, SearchTime.Now) => due with { Sight = new ServiceSight(true) },
        _ => @event,
    };

    Local DoOutside(Local local, Effect effect) => effect switch
    {
        CloseConnection close => Close(local, close.ConnectionId, close.Reason),
        SendSuperseded old => EndedBy(local, old.ConnectionId, old.IsHandedOver),
        SendMessage message => Handle(local, message),
        SendAck ack => Greet(local, ack),
        _ => local,
    };

    Local DoDurable(Local local, Effect effect) => effect switch
    {
        ArmTimer timer => With(local, new ToEntity(timer.ToEvent(), timer.DueAt)),
        TellApp tell => With(local, new ToGate(tell.Event)),
        AskGate ask => With(local, new ToGate(ask.Ask, ask.At)),
        StartRun run when !IsAtWork(local, run) => Obey(local, Named(run), run.Order),
        _ => local,
    };

    // One that is at work is not begun twice.
    bool IsAtWork(Local local, StartRun run) => local.Items.Any(item => DriverOf(items[item]) is { } driver && (driver.RunId, driver.Driver) == (run.RunId, run.Driver));

    static StartRun? DriverOf(Item item) => item switch
    {
        ToEntity to => to.Driver,
        ToGate to => to.Driver,
        Activity at => at.Run,
        _ => null,
    };

    // The order under which it began says nothing of how it goes on.
    static StartRun Named(StartRun run) => run with { Order = RunOrder.End("") };

    Local Obey(Local local, StartRun driver, RunOrder order) => order.Kind switch
    {
        RunOrderKind.Wait => With(local, new ToEntity(new AttemptDue(driver.RunId, driver.Driver), order.Until, driver)),
        RunOrderKind.Ask => With(local, new ToGate(order.Ask!, order.Until, driver)),
        RunOrderKind.Send => With(local, new Activity(driver, order, order.Until)),
        _ => local,
    };

    Local With(Local local, Item item)
    {
        var due = item.Due <= SearchTime.Now ? item with { Due = null } : item;
        return local with { Items = [.. local.Items.Add(items.Of(due)).Order()] };
    }

    // The truth that the rules are measured against.
    static Local Remembering(Local before, Local after, SessionEvent @event, Decision decision)
    {
        var stored = decision.Session;
        if (@event is Disconnected closed)
        {
            after = OfConnection(after, closed.ConnectionId, connection => connection with { HeardClosed = true });
        }

        if (stored.State is AppState.None || (stored.State == AppState.Starting && before.Stored.State != AppState.Starting))
        {
            after = after with
            {
                RunEpoch = -1,
                Holder = stored.State == AppState.None ? after.Holder : -1,
                Processes = [.. after.Processes.Select(process => process with { Replaced = false })],
                Connections = [.. after.Connections.Select(connection => connection with { HeardClosed = false })],
            };
        }

        after = after with
        {
            Stopped = SearchInvariants.IsStopped(before, @event, decision),
            RunEpoch = stored.Run is { Reason: RunReason.Resurrection } run && run.Id != before.Stored.Run?.Id ? stored.Epoch : after.RunEpoch,
        };
        return stored.Attachment?.ConnectionId is { } attached && before.Stored.Attachment?.ConnectionId != attached ? Held(after, attached) : after;
    }

    static Local Held(Local local, string connection)
    {
        var holder = local.Connections.First(its => its.Claim.ConnectionId == connection).Process;
        return holder == local.Holder ? local : local with
        {
            Holder = holder,
            Processes = [.. local.Processes.Select((process, n) => process with { Replaced = n == local.Holder || (process.Replaced && n != holder) })],
        };
    }

    static Local OfConnection(Local local, string? name, Func<Connection, Connection> change) =>
        local with { Connections = [.. local.Connections.Select(connection => connection.Claim.ConnectionId == name ? change(connection) : connection)] };

    static Local OfProcess(Local local, int process, Func<Process, Process> change) =>
        local with { Processes = local.Processes.SetItem(process, change(local.Processes[process])) };

    IEnumerable<SessionEvent> SweptBy(Local local, TimeSpan later)
    {
        var now = SearchTime.Now + later;
        foreach (var lost in Rules.LostOf(local.Stored, now, Policy))
        {
            yield return lost;
        }

        if (Rules.BackTo(local.Stored, now) is { } back)
        {
            yield return back;
        }

        if (Rules.QuestionAbout(local.Stored, now) is { } question)
        {
            var isKnown = local.Connections.Any(connection => connection.Link != Link.Closed && (question.ConnectionId ?? connection.Claim.ConnectionId) == connection.Claim.ConnectionId);
            if (Rules.EventOf(question, isKnown) is { } found)
            {
                yield return found;
            }
        }
    }
}
