namespace Lifecycle;

/// <summary>
/// How one app is treated. Fleet defaults overridden per app; every value is in milliseconds unless its name says otherwise
/// and is validated by <see cref="Validate"/> (DESIGN section 3).
/// </summary>
public sealed record Policy
{
    /// <summary>The fleet's defaults as DESIGN gives them.</summary>
    public static Policy Default { get; } = new();

    /// <summary>
    /// The grace window. Default 6,000; 1,000 to 120,000. Too small: healthy apps are restarted when a socket drops.
    /// Too large: dead apps stay dead for that long.
    /// </summary>
    public int ReconnectGraceMs { get; init; } = 6_000;

    /// <summary>Whether to resurrect at all. Default true.</summary>
    public bool Resurrect { get; init; } = true;

    /// <summary>
    /// How long a run keeps trying. Default 600,000; 1,000 to 86,400,000. Too small: people wake sessions by hand after an
    /// outage. Too large: dead endpoints are called for that long.
    /// </summary>
    public int HorizonMs { get; init; } = 600_000;

    /// <summary>The shortest wait between attempts. Default 1,000; 100 to 60,000.</summary>
    public int BackoffBaseMs { get; init; } = 1_000;

    /// <summary>The cap on waits between attempts, applied before the jitter. Default 30,000; base to 3,600,000.</summary>
    public int BackoffCapMs { get; init; } = 30_000;

    /// <summary>Full jitter before the first attempt. Default 2,000; 0 to 60,000. Too small: a lost app is woken by all its sessions at once.</summary>
    public int InitialSpreadMs { get; init; } = 2_000;

    /// <summary>After an accepted webhook, how long the app has to attach. Default 10,000; 500 to 300,000.</summary>
    public int ConnectTimeoutMs { get; init; } = 10_000;

    /// <summary>One webhook. Default 5,000; 100 to 60,000.</summary>
    public int WebhookTimeoutMs { get; init; } = 5_000;

    /// <summary>Whether an app may attach to a session that nobody started. Default false.</summary>
    public bool AllowUnsolicited { get; init; }

    /// <summary>
    /// How long subscriptions outlive the grace window for a late reconnect, and a stopped session is remembered.
    /// Default 120,000; 0 to 86,400,000.
    /// </summary>
    public int RetentionMs { get; init; } = 120_000;

    /// <summary>How long a stopping app may take to close its socket. Default 10,000; 500 to 300,000.</summary>
    public int StopTimeoutMs { get; init; } = 10_000;

    /// <summary>
    /// Resurrections and starts per second of one app, by GCRA. Default 20; 1 to 1,000. Too large: a recovering app is stampeded. With a ceiling
    /// (<see cref="PaceCeiling"/>) it is the pace to begin with.
    /// </summary>
    public int PacePerSecond { get; init; } = 20;

    /// <summary>
    /// The most per second of an app whose pace is learned from its answers: it grows while they are quick and falls when they are not. Default 500; 0 to 1,000. What is
    /// below the pace, as 0 is, keeps that as it is set.
    /// </summary>
    public int PaceCeiling { get; init; } = 500;

    /// <summary>How many of them may go at once while all is well; there is no burst right after an outage. Default 20; 1 to 1,000.</summary>
    public int PaceBurst { get; init; } = 20;

    /// <summary>The breaker opens at this many failures in a row. Default 5; 1 to 100.</summary>
    public int BreakerFailures { get; init; } = 5;

    /// <summary>The breaker also opens at this share of failures, in percent, within the window. Default 50; 1 to 100.</summary>
    public int BreakerPercent { get; init; } = 50;

    /// <summary>The share counts from this many outcomes within the window on. Default 20; 1 to 1,000.</summary>
    public int BreakerMinimum { get; init; } = 20;

    /// <summary>The window of the share. Default 60,000; 1,000 to 600,000.</summary>
    public int BreakerWindowMs { get; init; } = 60_000;

    /// <summary>The least time between two probes of an open breaker. Default 3,000; 1,000 to 300,000. Too small: a dead endpoint is hammered.</summary>
    public int ProbeFloorMs { get; init; } = 3_000;

    /// <summary>
    /// Beyond the floor, the time between probes in percent of the outage's age: the app is found again within that share of the
    /// time it was away. Default 5; 1 to 100.
    /// </summary>
    public int ProbePercent { get; init; } = 5;

    /// <summary>Past the horizon the time between probes doubles up to this. Default 86,400,000; floor to 604,800,000.</summary>
    public int ProbeCapMs { get; init; } = 86_400_000;

    /// <summary>Attempts in flight to an app that has not answered since its sessions were lost. Default 3; 1 to 100.</summary>
    public int FirstFlight { get; init; } = 3;

    /// <summary>
    /// For how long evidence alone (signs of life, a SignalR service or a platform that was away) holds a resurrection back, from the loss of the
    /// socket on, and for up to a fifth more: sessions that were lost together are not let go together. Default 600,000; 0 (evidence holds nothing back) to 86,400,000. Too small: a long fault of the cloud restarts healthy apps. Too large: an app that lives and
    /// cannot attach stays unattached for that long.
    /// </summary>
    public int AliveLimitMs { get; init; } = 600_000;

    /// <summary>
    /// A timer or a step that comes later than this means that the platform was away. Default 3,000; 1,500 to 60,000. Too small: the ordinary
    /// lateness of durable timers holds resurrections back. Too large: apps are restarted for a pause of the host.
    /// </summary>
    public int LateLimitMs { get; init; } = 3_000;

    /// <summary>
    /// How long another process has to take over from one that leaves. Default 25,000; 1,000 to 300,000. Too small: a process that is slow to start gets a fresh start in
    /// place of a hand-over. Too large: whoever kills leaving processes after 30 s does so first.
    /// </summary>
    public int HandOverMs { get; init; } = 25_000;

    /// <summary>
    /// For how long an app may have a message without finishing any: then it is deaf. Default 60,000; 1,000 to 3,600,000. Too small: a handler that takes its time looks
    /// like one that hangs. Too large: a hanging app is found late. Counts for clients that tell what was handled.
    /// </summary>
    public int AckTimeoutMs { get; init; } = 60_000;

    /// <summary>Whether a deaf app is asked once, and when it has still finished nothing, closed and resurrected. Default false: it is only reported.</summary>
    public bool ReplaceDeaf { get; init; }

    /// <summary>
    /// A process that lives for this long from its attach on counts as well: its crash-loop count starts anew. Default 60,000; 1,000 to 3,600,000. Too small: an app that
    /// dies a little later is restarted for ever. Too large: two restarts by chance count as a crash loop.
    /// </summary>
    public int StableMs { get; init; } = 60_000;

    /// <summary>
    /// The first wait of a crash loop; it doubles with each further loss and is stretched by up to 2 (<see cref="CrashLoop"/>). Default 10,000; 1,000 to 600,000.
    /// </summary>
    public int CrashLoopBaseMs { get; init; } = 10_000;

    /// <summary>The cap on these waits, applied before they are stretched. Default 300,000; base to 3,600,000. Too large: an app that was mended is restarted late.</summary>
    public int CrashLoopCapMs { get; init; } = 300_000;

    /// <summary>Messages kept for an app that is not attached. Default 64; 0 to 10,000.</summary>
    public int BufferedMessages { get; init; } = 64;

    /// <summary>
    /// Bytes that kept messages may take in the stored state, each with its escapes and 80 for its number and time. Default 32,768; 0 to 524,288.
    /// Too large: over 45 KiB of state Azure Storage needs a blob for every operation; over 1 MiB the Durable Task Scheduler takes none.
    /// </summary>
    public int BufferedBytes { get; init; } = 32_768;

    /// <summary>
    /// The largest <see cref="BufferedBytes"/>: half of what the Durable Task Scheduler takes. The other half is for the rest of the state,
    /// of which a thousand subscriptions are the most.
    /// </summary>
    public const int MostBufferedBytes = 524_288;

    /// <summary>What is wrong with the values, by the name of the setting; empty when nothing is.</summary>
    public IReadOnlyDictionary<string, string> Validate()
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        Check("reconnectGraceMs", ReconnectGraceMs, 1_000, 120_000);
        Check("horizonMs", HorizonMs, 1_000, 86_400_000);
        Check("backoffBaseMs", BackoffBaseMs, 100, 60_000);
        Check("backoffCapMs", BackoffCapMs, Math.Max(BackoffBaseMs, 100), 3_600_000);
        Check("initialSpreadMs", InitialSpreadMs, 0, 60_000);
        Check("connectTimeoutMs", ConnectTimeoutMs, 500, 300_000);
        Check("webhookTimeoutMs", WebhookTimeoutMs, 100, 60_000);
        Check("retentionMs", RetentionMs, 0, 86_400_000);
        Check("stopTimeoutMs", StopTimeoutMs, 500, 300_000);
        Check("pacePerSecond", PacePerSecond, 1, 1_000);
        Check("paceCeiling", PaceCeiling, 0, 1_000);
        Check("paceBurst", PaceBurst, 1, 1_000);
        Check("breakerFailures", BreakerFailures, 1, 100);
        Check("breakerPercent", BreakerPercent, 1, 100);
        Check("breakerMinimum", BreakerMinimum, 1, 1_000);
        Check("breakerWindowMs", BreakerWindowMs, 1_000, 600_000);
        Check("probeFloorMs", ProbeFloorMs, 1_000, 300_000);
        Check("probePercent", ProbePercent, 1, 100);
        Check("probeCapMs", ProbeCapMs, Math.Max(ProbeFloorMs, 1_000), 604_800_000);
        Check("firstFlight", FirstFlight, 1, 100);
        Check("aliveLimitMs", AliveLimitMs, 0, 86_400_000);
        Check("lateLimitMs", LateLimitMs, 1_500, 60_000);
        Check("handOverMs", HandOverMs, 1_000, 300_000);
        Check("ackTimeoutMs", AckTimeoutMs, 1_000, 3_600_000);
        Check("stableMs", StableMs, 1_000, 3_600_000);
        Check("crashLoopBaseMs", CrashLoopBaseMs, 1_000, 600_000);
        Check("crashLoopCapMs", CrashLoopCapMs, Math.Max(CrashLoopBaseMs, 1_000), 3_600_000);
        Check("bufferedMessages", BufferedMessages, 0, 10_000);
        Check("bufferedBytes", BufferedBytes, 0, MostBufferedBytes);
        return errors;

        void Check(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                errors[name] = $"must be between {least} and {most}, and is {value}";
            }
        }
    }
}
