namespace Lifecycle.Simulator.Chance;

/// <summary>
/// Random numbers from a seed (SplitMix64). Each part of a world has draws of its own, so that leaving out what happens to one part changes nothing about what
/// the others draw.
/// </summary>
sealed class Draws(ulong seed)
{
    ulong state = seed;

    /// <summary>Draws for one part, that depend on nothing but the seed and the part.</summary>
    public static Draws For(ulong seed, ulong part) => new(Mixed(seed ^ Mixed(part + 0x9E3779B97F4A7C15)));

    /// <summary>At least 0 and below 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of a range.</summary>
    public double Between(double least, double most) => least + ((most - least) * Uniform());

    /// <summary>A whole number from 0 on, below a limit.</summary>
    public int Below(int limit) => (int)(Uniform() * limit);

    /// <summary>Whether something happens that happens so often.</summary>
    public bool Chance(double share) => Uniform() < share;

    /// <summary>One of several.</summary>
    public T OneOf<T>(params ReadOnlySpan<T> some) => some[Below(some.Length)];

    /// <summary>The time to the next of events that come independently of each other.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Uniform());

    /// <summary>A time of which half are shorter than the median, with a long tail.</summary>
    public double LogNormal(double median, double sigma) =>
        median * Math.Exp(sigma * Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform()));

    ulong Next() => Mixed(state += 0x9E3779B97F4A7C15);

    static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
