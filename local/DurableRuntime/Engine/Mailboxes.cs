namespace Lifecycle.Local.Durable;

/// <summary>
/// The messages that wait for each entity and orchestration, in order. Each target is worked on by one work item at a time.
/// </summary>
sealed class Mailboxes(WorkScheduler scheduler, Func<string, IReadOnlyList<DurableMessage>, Task> work)
{
    const int MostAtOnce = 64;

    readonly Dictionary<string, Mailbox> boxes = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    public void Deliver(DurableMessage message)
    {
        lock (gate)
        {
            if (!boxes.TryGetValue(message.Target, out var box))
            {
                boxes[message.Target] = box = new Mailbox();
            }

            box.Waiting.Enqueue(message);
            if (box.AtWork)
            {
                return;
            }

            box.AtWork = true;
        }

        scheduler.Run(() => WorkAsync(message.Target));
    }

    async Task WorkAsync(string target)
    {
        await work(target, Take(target));
        if (HasMore(target))
        {
            scheduler.Run(() => WorkAsync(target));
        }
    }

    List<DurableMessage> Take(string target)
    {
        lock (gate)
        {
            var box = boxes[target];
            var taken = new List<DurableMessage>(Math.Min(box.Waiting.Count, MostAtOnce));
            while (taken.Count < MostAtOnce && box.Waiting.TryDequeue(out var message))
            {
                taken.Add(message);
            }

            return taken;
        }
    }

    bool HasMore(string target)
    {
        lock (gate)
        {
            var box = boxes[target];
            if (box.Waiting.Count > 0)
            {
                return true;
            }

            boxes.Remove(target); // an idle entity costs no memory
            return false;
        }
    }

    sealed class Mailbox
    {
        public Queue<DurableMessage> Waiting { get; } = new();

        public bool AtWork { get; set; }
    }
}
