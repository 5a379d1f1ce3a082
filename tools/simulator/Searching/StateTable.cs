namespace Lifecycle.Simulator.Searching;

/// <summary>The states that were met, numbered in the order in which they were: a set of 64-bit keys with linear probing, of 16 to 24 bytes a state.</summary>
sealed class StateTable
{
    const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    int[] slots = new int[1 << 16];
    ulong[] keys = new ulong[1 << 15];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The key of a state.</summary>
    public ulong this[int state] => keys[state];

    /// <summary>The number of a state.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="isNew">Whether it was not met before.</param>
    public int Of(ulong key, out bool isNew)
    {
        if (Count * 2 >= slots.Length)
        {
            Grow();
        }

        var slot = SlotOf(key);
        isNew = slots[slot] == 0;
        if (isNew)
        {
            keys[Count] = key;
            slots[slot] = ++Count;
        }

        return slots[slot] - 1;
    }

    int SlotOf(ulong key)
    {
        var mask = slots.Length - 1;
        var slot = (int)((key * Spread) >> 32) & mask;
        while (slots[slot] is > 0 and var known && keys[known - 1] != key)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    void Grow()
    {
        slots = new int[slots.Length * 2];
        Array.Resize(ref keys, slots.Length / 2);
        for (var n = 0; n < Count; n++)
        {
            slots[SlotOf(keys[n])] = n + 1;
        }
    }
}
