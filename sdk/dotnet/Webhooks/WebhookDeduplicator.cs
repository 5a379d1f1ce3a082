namespace Lifecycle.Sdk.Webhooks;

/// <summary>
/// Lets each webhook id be handled once: a retry gets the answer of the first, also while that one is still being found.
/// Only accepted answers are remembered, so a busy app is really asked again. Memory is bounded: the oldest ids are
/// forgotten, and a retry that comes after that is handled again, which attaching survives.
/// </summary>
sealed class WebhookDeduplicator(int capacity)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, LinkedListNode<Entry>> _byId = new(StringComparer.Ordinal);
    readonly LinkedList<Entry> _oldestFirst = new();

    /// <summary>The answer for this id, and whether it had been given before.</summary>
    public async Task<(WebhookAnswer Answer, bool IsRepeat)> RunOnceAsync(string id, Func<Task<WebhookAnswer>> handle)
    {
        LinkedListNode<Entry> node;
        bool isRepeat;
        lock (_gate)
        {
            isRepeat = _byId.TryGetValue(id, out var known);
            node = known ?? Add(id, handle);
        }
        try
        {
            var answer = await node.Value.Answer.Value;
            if (!answer.IsAccepted) Forget(node);
            return (answer, isRepeat);
        }
        catch
        {
            Forget(node);
            throw;
        }
    }

    LinkedListNode<Entry> Add(string id, Func<Task<WebhookAnswer>> handle)
    {
        if (_byId.Count >= capacity)
        {
            _byId.Remove(_oldestFirst.First!.Value.Id);
            _oldestFirst.RemoveFirst();
        }
        // Lazy, so that the handler runs outside the lock.
        return _byId[id] = _oldestFirst.AddLast(new Entry(id, new Lazy<Task<WebhookAnswer>>(handle)));
    }

    void Forget(LinkedListNode<Entry> node)
    {
        lock (_gate)
        {
            // Evicted or already forgotten, and perhaps a newer entry stands under the same id.
            if (_byId.GetValueOrDefault(node.Value.Id) != node) return;
            _byId.Remove(node.Value.Id);
            _oldestFirst.Remove(node);
        }
    }

    sealed record Entry(string Id, Lazy<Task<WebhookAnswer>> Answer);
}
