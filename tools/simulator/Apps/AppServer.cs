using Lifecycle.Simulator.Chance;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Apps;

/// <summary>The servers of the app: processes behind a balancer, which behave as the SDKs do.</summary>
sealed partial class AppServer
{
    readonly World world;
    readonly Draws draws;
    readonly List<Process> processes = [];
    int born;
    int taken;
    int boots;

    public AppServer(World world, AppHabits habits, Draws draws)
    {
        (this.world, Habits, this.draws) = (world, habits, draws);
        for (var n = 0; n < habits.Processes; n++)
        {
            Boot();
        }
    }

    public AppHabits Habits { get; }

    /// <summary>Until when processes exit soon after each attach, and how soon.</summary>
    public long LoopsUntil { get; private set; }

    public long LivesForMs { get; private set; }

    /// <summary>Since when a process listens and nothing is wrong with what it answers; null while that is not so.</summary>
    public long? UpFrom { get; private set; } = 0;

    /// <summary>Since when none does, or something is; null while all is well.</summary>
    public long? DownFrom => UpFrom is null ? downFrom : null;

    long downFrom;

    public bool IsUp => processes.Exists(process => process.IsAlive);

    /// <summary>The client of a session in a process that has the session's state, and goes on by itself.</summary>
    public bool IsHeldByLiving(Session session) => session.Clients.Exists(client =>
        client is { HasState: true, IsEnding: false, Process: { IsAlive: true, IsLeaving: false } } && client.Process.PausedUntil <= world.Agenda.Now);

    Process Boot()
    {
        var process = new Process($"i{++born}");
        processes.Add(process);
        return process;
    }

    /// <summary>All processes die, and new ones are up after a while.</summary>
    public void Kill(Stroke stroke)
    {
        foreach (var process in processes.ToArray())
        {
            End(process, Blame.App);
        }

        downStatus = stroke.Status;
        var boot = ++boots;
        world.Agenda.After(stroke.Ms, () => BootAfterKill(boot, stroke.ComesBack));
        Judge();
    }

    void BootAfterKill(int boot, bool comesBack)
    {
        if (boot != boots)
        {
            return;
        }

        var first = Enumerable.Range(0, Habits.Processes).Select(_ => Boot()).ToList();
        Judge();
        foreach (var session in comesBack ? world.Sessions : [])
        {
            ClientOf(session, first[session.Index % first.Count]).AttachLater(Habits.Reconnect, null);
        }
    }

    /// <summary>A process is gone, and what it knew with it.</summary>
    public void End(Process process, Blame cause)
    {
        process.IsAlive = false;
        processes.Remove(process);
        foreach (var client in process.Clients.ToArray())
        {
            client.Die(cause);
        }
    }

    /// <summary>New processes take the place of the old ones, which hand over if they can.</summary>
    public void Deploy(Stroke stroke)
    {
        var old = processes.Where(process => !process.IsLeaving).ToList();
        foreach (var (process, n) in old.Select((process, n) => (process, n)))
        {
            world.Agenda.After(n * (1_000 + Habits.Boot.Draw(draws)), () => Replace(process, stroke));
        }
    }

    void Replace(Process process, Stroke stroke)
    {
        if (!process.IsAlive)
        {
            return;
        }

        var replacement = Boot();
        var handsOver = Habits.Version >= Wire.TellsFrom && stroke.Ms > 0;
        if (!handsOver)
        {
            End(process, Blame.App);
            foreach (var session in stroke.ComesBack ? world.Sessions : [])
            {
                ClientOf(session, replacement).AttachLater(Habits.Reconnect, null);
            }

            return;
        }

        process.IsLeaving = true;
        process.Clients.ForEach(client => client.HandOver());
        world.Agenda.After(stroke.Ms, () => Retire(process));
    }

    void Retire(Process process)
    {
        if (process.IsAlive)
        {
            End(process, Blame.App);
        }
    }

    /// <summary>A process stands still. Its sockets close, and it does not notice.</summary>
    public void Pause(Stroke stroke)
    {
        if (processes.Count == 0)
        {
            return;
        }

        var process = processes[draws.Below(processes.Count)];
        process.PausedUntil = world.Agenda.Now + stroke.Ms;
        foreach (var client in process.Clients)
        {
            client.GoSilent(stroke.OtherMs);
        }

        world.Agenda.At(process.PausedUntil, () => process.Clients.ForEach(client => client.WakeUp()));
        Judge();
        world.Agenda.At(process.PausedUntil, Judge);
    }

    public void GoDeaf()
    {
        if (processes.Count > 0)
        {
            processes[draws.Below(processes.Count)].IsDeaf = true;
        }
    }

    public void Loop(Stroke stroke)
    {
        (LoopsUntil, LivesForMs) = (world.Agenda.Now + stroke.Ms, stroke.OtherMs);
        foreach (var client in processes.SelectMany(process => process.Clients).ToList())
        {
            client.ExitLater();
        }
    }

    /// <summary>Nothing is wrong any more.</summary>
    public void Heal()
    {
        (answersUntil, slowUntil, LoopsUntil) = (0, 0, 0);
        processes.ForEach(process => process.IsDeaf = false);
        if (processes.TrueForAll(process => process.IsLeaving))
        {
            Boot();
        }

        Judge();
    }

    // What is true of the app as a whole: whether a webhook to it can succeed.
    void Judge()
    {
        var now = world.Agenda.Now;
        var isUp = now >= answersUntil && now >= slowUntil && processes.Count > 0 && processes.TrueForAll(process => process.PausedUntil <= now);
        (UpFrom, downFrom) = (isUp, UpFrom) switch
        {
            (true, null) => (now, downFrom),
            (false, not null) => (null, now),
            _ => (UpFrom, downFrom),
        };
    }

    Client ClientOf(Session session, Process process)
    {
        if (session.Clients.Find(client => client.Process == process) is { } known)
        {
            return known;
        }

        var client = new Client(world, session, process);
        session.Clients.Add(client);
        process.Clients.Add(client);
        return client;
    }
}
