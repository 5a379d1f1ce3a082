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
/// Figures measured on the official Functions host (4.1037, Durable extension 3.16) with the Azure Storage provider, polling at 1 s, four
/// partitions, two cores; and the assumptions beside them. Both per load: isolated, busy.
/// </summary>
static class Measured
{
    /// <summary>Storage requests per signal that is due at once: with its polls; those it needs.</summary>
    public static double RequestsPerSignal(Load load) => load == Load.Isolated ? 11.6 : 5;

    /// <summary>Storage requests per signal that an entity schedules for itself, at a whole number of seconds and 75 ms: isolated; armed with many.</summary>
    public static double RequestsPerScheduledSignal(Load load) => load == Load.Isolated ? 28 : 15;

    /// <summary>Of the requests of any one signal, those to tables: history read, history written, instance updated. All others go to queues.</summary>
    public const double TableRequestsPerSignal = 3;

    /// <summary>Storage requests per read of a state.</summary>
    public const double RequestsPerRead = 1;

    /// <summary>Storage requests per second of an idle host, with four partitions.</summary>
    public const double IdleRequestsPerSecond = 6.3;

    /// <summary>Partitions when that was measured.</summary>
    public const int IdlePartitions = 4;

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
