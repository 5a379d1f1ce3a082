namespace Lifecycle.Simulator.Worlds;

/// <content>The host and the durable engine in it: both can stop, and one of them dies.</content>
sealed partial class World
{
    long backAt;
    int deaths;
    bool isDead;

    /// <summary>Whether nobody works: the host is down, or its engine stands still.</summary>
    bool IsStanding => agenda.Now < backAt;

    /// <summary>Whether negotiate is answered.</summary>
    public bool TakesCalls => !isDead;

    /// <summary>When the host, or its engine, was last away until.</summary>
    public long BackAt => backAt;

    void WhenBack(Action action) => agenda.At(backAt, action);

    void KillHost(long downMs)
    {
        (isDead, deaths) = (true, deaths + 1);
        backAt = Math.Max(backAt, agenda.Now + downMs);
        ForgetOutlook();
        var died = deaths;
        agenda.At(backAt, () => isDead = isDead && died != deaths);
    }

    void StallEngine(long ms) => backAt = Math.Max(backAt, agenda.Now + ms);
}
