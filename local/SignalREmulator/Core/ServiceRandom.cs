using System.Buffers.Text;

namespace Lifecycle.Local.SignalR;

/// <summary>The service's one source of chance; the same seed and the same calls give the same outcomes.</summary>
sealed class ServiceRandom(int? seed)
{
    readonly Random random = seed is { } s ? new Random(s) : new Random();
    readonly Lock gate = new();

    public double NextDouble()
    {
        lock (gate)
        {
            return random.NextDouble();
        }
    }

    /// <summary>The first <paramref name="count"/> places of a shuffle.</summary>
    public void Choose<T>(List<T> items, int count)
    {
        lock (gate)
        {
            for (var i = 0; i < Math.Min(count, items.Count - 1); i++)
            {
                var other = random.Next(i, items.Count);
                (items[i], items[other]) = (items[other], items[i]);
            }
        }
    }

    public string NextConnectionId()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (gate)
        {
            random.NextBytes(bytes);
        }
        return Base64Url.EncodeToString(bytes);
    }
}
