namespace Lifecycle.Local.Durable;

/// <summary>Decides when a message that was committed is delivered.</summary>
abstract class DeliveryTiming
{
    /// <summary>When to deliver; now or earlier means at once.</summary>
    public abstract DateTimeOffset DeliverAt(DurableMessage message, DateTimeOffset now);

    /// <summary>When to deliver a message found at start-up.</summary>
    public abstract DateTimeOffset RedeliverAt(DurableMessage message, DateTimeOffset now);

    /// <summary>Whether this run of an activity is done twice.</summary>
    public abstract bool RunsTwice();

    /// <summary>Told that a message stands in its target's line.</summary>
    public virtual void Delivered(DurableMessage message)
    {
    }

    public static DeliveryTiming For(DurableOptions options, EngineStatistics statistics) => options.Timing switch
    {
        DurableTiming.Exact => new Exact(),
        DurableTiming.AzureStorage => new AzureStorage(options, statistics),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Timing, "Not a timing."),
    };

    sealed class Exact : DeliveryTiming
    {
        public override DateTimeOffset DeliverAt(DurableMessage message, DateTimeOffset now) => message.DueAt ?? now;

        public override DateTimeOffset RedeliverAt(DurableMessage message, DateTimeOffset now) => message.DueAt ?? now;

        public override bool RunsTwice() => false;
    }

    sealed class AzureStorage(DurableOptions options, EngineStatistics statistics) : DeliveryTiming
    {
        static readonly TimeSpan tooEarly = TimeSpan.FromMilliseconds(100);
        static readonly TimeSpan resend = TimeSpan.FromMilliseconds(30);

        readonly Random random = new(options.Seed);
        readonly Lock gate = new();
        readonly SenderOrder order = new();
        readonly TargetLines lines = new();
        readonly HopLatency latency = new(options.EngineLatency, options.Seed);

        public override DateTimeOffset DeliverAt(DurableMessage message, DateTimeOffset now)
        {
            if (message.DueAt is not { } due)
            {
                return OnItsWay(message, order.After(message, now), now);
            }

            if (due <= now)
            {
                return now;
            }

            // Sending takes a moment, so a delay of whole seconds is always cut by almost one.
            var sent = now.AddMilliseconds(Between(10, 40));
            var arrives = sent.AddSeconds(Math.Max(0, Math.Floor((due - sent).TotalSeconds)));
            return message.Kind == MessageKind.Timer ? arrives.AddMilliseconds(Between(0, 120)) : SignalAt(arrives, due);
        }

        // What waits to be delivered again after a restart has waited long enough.
        DateTimeOffset OnItsWay(DurableMessage message, DateTimeOffset earliest, DateTimeOffset now) => message.Kind == MessageKind.Activity
            ? now + latency.OfSignal()
            : earliest > now ? earliest : lines.Behind(message, now + (message.Target[0] == '@' ? latency.OfSignal() : latency.OfEpisode()));

        // A signal more than 100 ms early goes back at once with a delay that truncates to nothing, again and again.
        DateTimeOffset SignalAt(DateTimeOffset arrives, DateTimeOffset due)
        {
            if (due - arrives <= tooEarly)
            {
                return due.AddMilliseconds(Between(-75, 900));
            }

            statistics.Resent((long)((due - arrives - tooEarly) / resend) + 1);
            return due.AddMilliseconds(-Between(36, 98));
        }

        // Timers live in the queue by themselves and fire on time after a restart; what was at work stays hidden for as long as its queue hides it.
        public override DateTimeOffset RedeliverAt(DurableMessage message, DateTimeOffset now) => message switch
        {
            { DueAt: { } due } => due,
            { Kind: MessageKind.Activity } => now + options.ActivitiesRedoneAfter,
            _ => order.Hold(message, now + options.TurnsRedoneAfter),
        };

        public override void Delivered(DurableMessage message)
        {
            order.Delivered(message);
            lines.Delivered(message);
        }

        public override bool RunsTwice() => options.DoubleActivityOneIn > 0 && Between(0, options.DoubleActivityOneIn) < 1;

        double Between(double least, double most)
        {
            lock (gate)
            {
                return least + (random.NextDouble() * (most - least));
            }
        }
    }
}
