namespace Lifecycle.Simulator.Reports;

/// <summary>What was counted in a world, or in many.</summary>
sealed class Figures
{
    // Buckets of a fortieth of a decade, 6 %, from a millisecond on.
    const int PerDecade = 40;
    const int Buckets = 9 * PerDecade;
    readonly long[] recoveries = new long[Buckets];

    public double SessionDays { get; set; }

    public long Decisions { get; set; }

    public long Losses { get; set; }

    public long Webhooks { get; set; }

    /// <summary>Resurrection webhooks that were sent while the process that held the session lived.</summary>
    public long False { get; set; }

    public long WebhooksWhileDown { get; set; }

    public long Evictions { get; set; }

    public long Notices { get; set; }

    public long BlamedRight { get; set; }

    public long BlamedWrong { get; set; }

    public long BlamedNobody { get; set; }

    /// <summary>From losses to the attaches after them, in all, in milliseconds.</summary>
    public double DeadMs { get; set; }

    /// <summary>The part of it in which the app, the host, the service and the way between them were well; of one wait at most a minute counts.</summary>
    public double WaitedMs { get; set; }

    public long Recoveries { get; private set; }

    public void Recovered(long ms)
    {
        Recoveries++;
        DeadMs += ms;
        recoveries[Math.Clamp((int)(Math.Log10(Math.Max(1, ms)) * PerDecade), 0, Buckets - 1)]++;
    }

    /// <summary>So large a share of the recoveries took no longer, in milliseconds, to 6 %.</summary>
    public double RecoveredWithin(double share)
    {
        var (left, bucket) = (share * Recoveries, 0);
        while (bucket < Buckets - 1 && (left -= recoveries[bucket]) > 0)
        {
            bucket++;
        }

        return Math.Pow(10, (bucket + 0.5) / PerDecade);
    }

    /// <summary>Of the losses whose fault was named, how many percent named the right one.</summary>
    public double RightPercent => 100.0 * BlamedRight / Math.Max(1, BlamedRight + BlamedWrong);

    /// <summary>So much for a thousand session-days.</summary>
    public double PerThousandDays(double count) => count * 1_000 / Math.Max(1e-9, SessionDays);

    public void Add(Figures other)
    {
        SessionDays += other.SessionDays;
        Decisions += other.Decisions;
        Losses += other.Losses;
        Webhooks += other.Webhooks;
        False += other.False;
        WebhooksWhileDown += other.WebhooksWhileDown;
        Evictions += other.Evictions;
        Notices += other.Notices;
        BlamedRight += other.BlamedRight;
        BlamedWrong += other.BlamedWrong;
        BlamedNobody += other.BlamedNobody;
        DeadMs += other.DeadMs;
        WaitedMs += other.WaitedMs;
        Recoveries += other.Recoveries;
        for (var n = 0; n < Buckets; n++)
        {
            recoveries[n] += other.recoveries[n];
        }
    }
}
