namespace Lifecycle.Local.Durable;

/// <summary>
/// The states of the entities that were stored last, so that an entity that is at work need not be read again. It holds what was committed and nothing else, put
/// there in the order of commits; what is not here is read from the store. Bounded to some dozens of sessions at work: those that are idle cost no memory.
/// </summary>
sealed class StateCache
{
    /// <summary>How many characters of states it holds together.</summary>
    public const int MostCharacters = 512 * 1024;

    readonly Dictionary<string, LinkedListNode<(string Id, string? State)>> nodes = new(StringComparer.Ordinal);
    readonly LinkedList<(string Id, string? State)> byAge = new();
    readonly Lock gate = new();
    int characters;

    /// <summary>Whether the state that was committed last is here; null is the state of an entity that was deleted.</summary>
    public bool TryGet(string id, out string? state)
    {
        lock (gate)
        {
            var found = nodes.TryGetValue(id, out var node);
            state = found ? node!.Value.State : null;
            return found;
        }
    }

    /// <summary>Takes what these transactions stored, in their order.</summary>
    public void Committed(IReadOnlyList<DurableTransaction> transactions)
    {
        lock (gate)
        {
            foreach (var transaction in transactions)
            {
                if (!transaction.Refused)
                {
                    transaction.Entities.ForEach(entity => Put(entity.Id, entity.State));
                }
            }

            while (characters > MostCharacters)
            {
                Forget(byAge.First!);
            }
        }
    }

    void Put(string id, string? state)
    {
        if (nodes.TryGetValue(id, out var old))
        {
            Forget(old);
        }

        nodes[id] = byAge.AddLast((id, state));
        characters += Size(id, state);
    }

    void Forget(LinkedListNode<(string Id, string? State)> node)
    {
        characters -= Size(node.Value.Id, node.Value.State);
        nodes.Remove(node.Value.Id);
        byAge.Remove(node);
    }

    static int Size(string id, string? state) => id.Length + (state?.Length ?? 0);
}
