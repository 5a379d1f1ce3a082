using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>The durable backend under the app, as far as its timers differ.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DurableBackend>))]
public enum DurableBackend
{
    /// <summary>Timers run when they are due.</summary>
    Exact = 1,

    /// <summary>
    /// Azure Storage truncates a message's delay to whole seconds: an entity signal that arrives more than 100 ms early is put
    /// back in a tight loop (150 to 190 storage requests for 5 s), and an orchestration timer simply fires early.
    /// </summary>
    AzureStorage = 2,
}

/// <summary>The one place that knows the granularity of the backend's timers (measured on the official host: see <see cref="DurableBackend"/>).</summary>
public static class TimerAlignment
{
    /// <summary>What is added to a whole number of seconds, so that the signal arrives after its due time and never loops.</summary>
    static readonly TimeSpan margin = TimeSpan.FromMilliseconds(75);

    /// <summary>When to schedule an entity signal that must not run before the deadline.</summary>
    public static DateTimeOffset SignalAt(DateTimeOffset deadline, DateTimeOffset now, DurableBackend backend) =>
        backend == DurableBackend.Exact ? deadline : now + WholeSeconds(deadline - now) + margin;

    /// <summary>How far from its time a slot may be used: the granularity of the coarser backend, halved.</summary>
    public static readonly TimeSpan SlotTolerance = TimeSpan.FromMilliseconds(500);

    /// <summary>When to let an orchestration timer fire that must not fire before the time: it comes up to a second early.</summary>
    public static DateTimeOffset WakeAt(DateTimeOffset until, DurableBackend backend) =>
        backend == DurableBackend.Exact ? until : until + TimeSpan.FromSeconds(1);

    /// <summary>When to let an orchestration timer fire that is to fire around the time, as early as late.</summary>
    public static DateTimeOffset WakeAround(DateTimeOffset slot, DurableBackend backend) =>
        backend == DurableBackend.Exact ? slot : slot + SlotTolerance;

    /// <summary>When to let the timer of an order fire; null for an order that is carried out at once.</summary>
    public static DateTimeOffset? WakeFor(RunOrder order, DurableBackend backend) => order.Until is { } until ? WakeAt(until, backend) : null;

    /// <summary>When to let the timer fire for which whoever is admitted waits, so that it goes at its slot; null for one that goes now.</summary>
    public static DateTimeOffset? WakeFor(Admission admission, DateTimeOffset now, DurableBackend backend) =>
        admission.Kind == AdmissionKind.Go && admission.At > now ? WakeAround(admission.At, backend) : null;

    /// <summary>When to schedule the signal that tells whoever is admitted, so that it arrives around its slot; null for one that goes now.</summary>
    public static DateTimeOffset? SignalFor(Admission admission, DateTimeOffset now, DurableBackend backend)
    {
        var around = backend == DurableBackend.Exact ? admission.At : admission.At - SlotTolerance;
        return admission.Kind == AdmissionKind.Go && around > now ? SignalAt(around, now, backend) : null;
    }

    static TimeSpan WholeSeconds(TimeSpan wait) =>
        TimeSpan.FromSeconds(Math.Max(0, Math.Ceiling(wait.TotalSeconds)));
}
