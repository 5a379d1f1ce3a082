using System.Collections.Immutable;
using Lifecycle.Simulator.Chance;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Apps;

/// <summary>One session of the app, as one of its processes sees it; it comes back as the SDKs do.</summary>
sealed partial class Client(World world, Session session, Process process)
{
    const long AckWithinMs = 10_000;

    Socket? socket;
    Socket? greetedOn;
    bool isAttaching;
    bool wasRefused;
    bool isOver;
    long tryAt;
    int tries;
    int exits;
    int life;
    (long Epoch, string? Life)? token;
    string? takeOver;
    (Socket Socket, string? Reason)? unheard;

    public Session Session => session;

    public Process Process => process;

    public string Instance => exits == 0 ? process.Instance : $"{process.Instance}.{exits}";

    /// <summary>Whether this process has the session.</summary>
    public bool HasState { get; private set; }

    /// <summary>The socket on which it was greeted and which it takes for open.</summary>
    public Socket? AttachedOn => greetedOn is not null && greetedOn == socket ? socket : null;

    /// <summary>What it believes to be subscribed to.</summary>
    public SubscriptionSet Subscriptions { get; private set; } = SubscriptionSet.Empty;

    AppHabits Habits => world.App.Habits;

    bool IsPaused => process.PausedUntil > world.Agenda.Now;

    /// <summary>Attaches soon, unless it is about to or has.</summary>
    public void AttachLater(Times wait, string? invitation)
    {
        takeOver = invitation ?? takeOver;
        if (socket is not null || isOver || !process.IsAlive)
        {
            return;
        }

        // Whoever is asked for does not wait for the end of its backoff.
        var soon = world.Agenda.Now + wait.Draw(session.Draws);
        if (!isAttaching || soon < tryAt)
        {
            isAttaching = true;
            TryIn(soon - world.Agenda.Now);
        }
    }

    /// <summary>A webhook asks for it. Who believes to be attached, and is asked to come back, does not rely on that connection any more.</summary>
    public void AskedFor(RunReason reason, string? invitation)
    {
        if (reason == RunReason.Resurrection && socket is { } doubtful)
        {
            socket = null;
            world.Drop(doubtful, 0, session.Draws.Below(300), Blame.Network);
        }

        AttachLater(Habits.Attach, invitation);
    }

    void TryIn(long wait)
    {
        var (its, at) = (life, tryAt = world.Agenda.Now + wait);
        world.Agenda.At(at, () => Hear(() => Try(its, at)));
    }

    /// <summary>Does something in the process, now or when it wakes up; never when it is gone.</summary>
    public void Hear(Action heard)
    {
        if (!process.IsAlive)
        {
            return;
        }

        if (IsPaused)
        {
            world.Agenda.At(process.PausedUntil, () => Hear(heard));
            return;
        }

        heard();
    }

    void Try(int its, long at)
    {
        if (its != life || at != tryAt || isOver || !isAttaching)
        {
            return;
        }

        var shown = token;
        tries++;
        var claim = Claim();
        if (!world.TakesCalls)
        {
            TryIn(Habits.Retry.Draw(session.Draws));
            return;
        }

        if (world.Negotiate(this, claim) is { } later)
        {
            TryIn((long)later.TotalMilliseconds + session.Draws.Below(1_000));
            return;
        }

        if (!world.IsAccepting || session.BlockedUntil > world.Agenda.Now)
        {
            wasRefused = true;
            TryIn(Habits.Retry.Draw(session.Draws));
            return;
        }

        (isAttaching, socket) = (false, world.Open(this, claim));
        ExpectAck(socket, shown);
    }

    Connected Claim() => !Habits.SaysWho
        ? new Connected("")
        : new Connected("", Instance, HasState ? true : null, TokenEpoch: token?.Epoch, TokenLife: token?.Life, LastSeq: HasState ? last : null)
        {
            Attempt = tries,
            ConnectRefused = wasRefused,
            Version = Habits.Version,
            TakeOver = takeOver,
        };

    // What was shown may be the reason why nobody greets it.
    void ExpectAck(Socket on, (long, string?)? shown) => world.Agenda.After(AckWithinMs, () => Hear(() =>
    {
        if (socket == on && greetedOn != on)
        {
            token = token == shown ? null : token;
            world.Drop(on, 0, 0, Blame.Lifecycle);
        }
    }));

    public void OnAck(Socket on, Ack ack)
    {
        if (on != socket)
        {
            return;
        }

        (greetedOn, tries, wasRefused, session.NegotiatedAt) = (on, 0, false, null);
        if (ack.InitWanted)
        {
            world.Call(on, new Initialized(on.Id, null, Habits.SaysWho ? Instance : null));
            return;
        }

        HasState = true;
        token = Habits.SaysWho ? (ack.Epoch, ack.CorrelationId) : null;
        takeOver = null;
        last = ack.Resumed ? Math.Max(last, ack.Seq) : ack.Seq;
        Subscriptions = new SubscriptionSet { Version = ack.SubscriptionsVersion, Streams = ack.Subscriptions };
        if (ack.Subscriptions.IsEmpty && !process.IsLeaving)
        {
            Subscribe(["audio", "photo"]);
        }

        ExitLater();
        if (process.IsLeaving)
        {
            HandOver();
        }
    }

    /// <summary>Asks for another set, in place of the one that it knows.</summary>
    public void Subscribe(ImmutableArray<string> streams)
    {
        if (socket is { } on)
        {
            world.Call(on, new SubscriptionsReplaced(on.Id, streams, Subscriptions.Version));
        }
    }

    public void OnSubscriptions(SubscriptionSet current) => Subscriptions = current;

    /// <summary>In a crash loop each attach ends soon.</summary>
    public void ExitLater()
    {
        if (world.Agenda.Now >= world.App.LoopsUntil || AttachedOn is null)
        {
            return;
        }

        var its = life;
        world.Agenda.After(world.App.LivesForMs, () =>
        {
            if (its == life && process.IsAlive)
            {
                exits++;
                Forget(Blame.App);
            }
        });
    }

    /// <summary>The socket is closed, as the client hears it.</summary>
    public void OnClosed(Socket closed, string? reason)
    {
        if (closed != socket || !process.IsAlive)
        {
            return;
        }

        if (IsPaused)
        {
            unheard = (closed, reason);
            return;
        }

        socket = null;
        token = reason == Reasons.StaleToken ? null : token;
        if (IsEnding)
        {
            return;
        }

        if (reason is Reasons.NotStarted or Reasons.Superseded or Reasons.Stopped)
        {
            EndSession();
        }
        else
        {
            AttachLater(Habits.Reconnect, null);
        }
    }

    /// <summary>Says goodbye, and closes.</summary>
    public void Release()
    {
        if (AttachedOn is { } on)
        {
            world.Call(on, new Released(on.Id));
            isOver = true;
            world.Agenda.After(200, () => Forget(Blame.App));
        }
    }
}
