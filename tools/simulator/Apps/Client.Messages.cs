namespace Lifecycle.Simulator.Apps;

/// <content>How a process handles messages, one after the other, and tells how far it has come.</content>
sealed partial class Client
{
    const long TellAfterMs = 2_500;

    readonly Queue<long> waiting = [];
    bool isHandling;
    bool isTelling;
    long last;
    long handled;
    long told;

    public void OnMessage(string connection, long seq)
    {
        if (socket?.Id != connection || seq <= last || IsEnding)
        {
            return;
        }

        last = seq;
        waiting.Enqueue(seq);
        if (!isHandling)
        {
            HandleNext();
        }
    }

    void HandleNext()
    {
        if (!waiting.TryDequeue(out var seq))
        {
            isHandling = false;
            return;
        }

        isHandling = true;
        world.Watch.Begun(session, seq, this);
        var its = life;
        world.Agenda.After(Habits.Handle.Draw(session.Draws), () => Hear(() => Returned(its, seq)));
    }

    void Returned(int its, long seq)
    {
        if (its != life || process.IsDeaf)
        {
            return; // it hangs, or whoever was at it is gone
        }

        world.Watch.Handled(session, seq);
        handled = seq;
        if (IsEnding)
        {
            isHandling = false;
            SayLast();
            return;
        }

        TellSoon();
        HandleNext();
    }

    void TellSoon()
    {
        if (isTelling || Habits.Version < Wire.TellsFrom)
        {
            return;
        }

        isTelling = true;
        var its = life;
        world.Agenda.After(TellAfterMs, () => Hear(() =>
        {
            if (its == life)
            {
                isTelling = false;
                TellDone(isLast: false);
            }
        }));
    }

    public void TellDone(bool isLast)
    {
        if (socket is { IsOpen: true } on && (handled > told || isLast) && Habits.Version >= Wire.TellsFrom)
        {
            told = handled;
            world.Call(on, new MessagesDone(on.Id, handled, [], isLast));
        }
    }
}
