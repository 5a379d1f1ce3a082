namespace Lifecycle.Bench.Prices;

/// <summary>How busy the fleet is: what sessions share when many of them come at once, an isolated one pays alone.</summary>
enum Load
{
    /// <summary>One cycle at a time, and nothing else going on.</summary>
    Isolated,

    /// <summary>So many at once that polls bring full batches and instances are never idle.</summary>
    Busy,
}

/// <summary>
/// Figures measured by the bench <c>storage</c>, on the durable backend itself with the settings of host.json, and on the official Functions host
/// (4.1037, Durable extension 3.18); and the assumptions beside them. Both per load: isolated, busy.
/// </summary>
static class Measured
{
    /// <summary>
    /// Bench <c>storage</c>: storage requests per signal, due at once or at a whole number of seconds and 75 ms: the message put, got and deleted, three
    /// to tables. A crowd shares the getting: 32 come with one request.
    /// </summary>
    public static double RequestsPerSignal(Load load) => load == Load.Isolated ? 6 : 5.19;

    /// <summary>
    /// Bench <c>storage</c>: polls per signal that find nothing, beyond those of an idle hub. Whoever sends wakes the poll of the queue, which then asks
    /// more and more seldom again.
    /// </summary>
    public static double PollsPerSignal(Load load) => load == Load.Isolated ? 6.33 : 0.16;

    /// <summary>Of the requests of any one signal, those to tables: history read, history written, instance updated. All others go to queues.</summary>
    public const double TableRequestsPerSignal = 3;

    /// <summary>
    /// Reads of the app's registration per cycle: when the socket is lost, and at negotiation. What was read is kept for two seconds, so a crowd of an
    /// app shares one read.
    /// </summary>
    public static double AppReads(Load load) => load == Load.Isolated ? 2 : 0;

    /// <summary>Bench <c>storage</c>: storage requests per read of a state.</summary>
    public const double RequestsPerRead = 1;

    /// <summary>Storage requests per second of an idle official host: polls of eight partitions, of the work items and of the app's own queue; leases.</summary>
    public const double IdleRequestsPerSecond = 11.1;

    /// <summary>Partitions when that was measured.</summary>
    public const int IdlePartitions = 8;

    /// <summary>Bench <c>storage</c>: storage requests per second and partition of an idle hub: its poll each second, its lease every ten.</summary>
    public const double IdleRequestsPerPartition = 1.1;

    /// <summary>Entity operations per second of one instance; the least of what was measured.</summary>
    public const double OperationsPerSecond = 80;

    /// <summary>SignalR events and HTTP calls per second of one instance.</summary>
    public const double CallsPerSecond = 400;

    /// <summary>Assumed: the size of an instance, in gigabytes.</summary>
    public const double InstanceGigabytes = 2;

    /// <summary>Documented: the shortest time that the plan bills an instance for.</summary>
    public const double ShortestBilledSecond = 1;

    /// <summary>Log records of a cycle at level Information: the transition twice, the latency and the timer's refusal once.</summary>
    public const double LogRecords = 4;

    /// <summary>Assumed: one log record or span as it is ingested, in kilobytes.</summary>
    public const double KilobytesPerRecord = 1;

    /// <summary>Assumed: spans of a cycle, host and worker: two each for three calls, three for each of three operations.</summary>
    public const double Spans = 15;

    /// <summary>Assumed: the share of traces exported. Isolated ones all; the exporter's default limit of 5 a second per instance leaves few of a crowd.</summary>
    public static double SpanShare(Load load) => load == Load.Isolated ? 1 : 0.05;
}
