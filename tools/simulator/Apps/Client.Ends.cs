using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Apps;

/// <content>How a session comes to its end in a process, and the process to its own.</content>
sealed partial class Client
{
    const long AskAgainMs = 3_000;

    /// <summary>Whether it only ends what it is at.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>The process has died.</summary>
    public void Die(Blame cause)
    {
        Forget(cause);
        session.Clients.Remove(this);
    }

    // What it knew is gone, and its socket with it.
    void Forget(Blame cause)
    {
        var closing = socket;
        EndSession();
        if (closing is { IsOpen: true })
        {
            world.Drop(closing, 0, session.Draws.Below(300), cause);
        }
    }

    /// <summary>This process has the session no more; it may get it anew.</summary>
    public void EndSession()
    {
        life++;
        (HasState, token, takeOver, socket, greetedOn, IsEnding, isAttaching) = (false, null, null, null, null, false, false);
        (tries, wasRefused, last, handled, told, isTelling) = (0, false, 0, 0, 0, false);
        Subscriptions = SubscriptionSet.Empty;
        waiting.Clear();
        isHandling = false;
        isOver = false;
    }

    /// <summary>The process stands still; after a while the service takes its socket for dead.</summary>
    public void GoSilent(long afterMs)
    {
        if (socket is { IsOpen: true } on)
        {
            world.Agenda.After(afterMs, () => CloseIfPaused(on));
        }
    }

    void CloseIfPaused(Socket on)
    {
        if (IsPaused)
        {
            world.Drop(on, 0, 0, Blame.App);
        }
    }

    /// <summary>What happened meanwhile is noticed now.</summary>
    public void WakeUp()
    {
        if (!IsPaused && unheard is var (closed, reason))
        {
            unheard = null;
            OnClosed(closed, reason);
        }
    }

    /// <summary>SIGTERM: asks for a successor, again and again.</summary>
    public void HandOver()
    {
        if (!process.IsAlive || !process.IsLeaving || !HasState || IsEnding)
        {
            return;
        }

        TellDone(isLast: false);
        if (AttachedOn is { } on)
        {
            world.Call(on, new HandOverAsked(on.Id));
        }

        var its = life;
        world.Agenda.After(AskAgainMs, () =>
        {
            if (its == life)
            {
                Hear(HandOver);
            }
        });
    }

    /// <summary>Another connection took over: what is begun may end, and nothing else begins.</summary>
    public void OnSuperseded(string connection, bool isHandedOver)
    {
        if (isHandedOver && socket?.Id == connection)
        {
            IsEnding = true;
            waiting.Clear();
            if (!isHandling)
            {
                SayLast();
            }
        }
    }

    void SayLast()
    {
        TellDone(isLast: true);
        var (its, closing) = (life, socket);
        world.Agenda.After(50, () =>
        {
            if (its != life)
            {
                return;
            }

            EndSession();
            if (closing is { IsOpen: true })
            {
                world.Drop(closing, 0, 20, Blame.App);
            }
        });
    }
}
