using System.Globalization;

namespace Lifecycle.Fuzzing;

/// <summary>
/// The cases of one edge, made from seeds. The same seeds each time, so that a build does not fail by chance; <c>FUZZ_TIMES=20</c> runs
/// twenty times as many, <c>FUZZ_SEED=7</c> the one of seed 7 alone, in debugger or log.
/// </summary>
static class FuzzRun
{
    /// <summary>So many cases, or as many as the environment says.</summary>
    /// <param name="usual">How many there are in every build.</param>
    /// <param name="make">Makes the case of a seed.</param>
    public static IEnumerable<FuzzCase> Of(int usual, Func<Random, byte[]> make)
    {
        var one = Number("FUZZ_SEED");
        var seeds = one is { } seed ? Enumerable.Repeat(seed, 1) : Enumerable.Range(1, usual * (Number("FUZZ_TIMES") ?? 1));
        return seeds.Select(seed =>
        {
            var random = new Random(seed);
            return new FuzzCase(seed, random, make(random));
        });
    }

    static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}

/// <summary>One case.</summary>
/// <param name="Seed">Makes it again.</param>
/// <param name="Random">Goes on with its choices, for what an edge adds.</param>
/// <param name="Bytes">What is sent.</param>
sealed record FuzzCase(int Seed, Random Random, byte[] Bytes)
{
    const int MostShown = 4096;

    /// <summary>One of these.</summary>
    public T OneOf<T>(params ReadOnlySpan<T> among) => among[Random.Next(among.Length)];

    /// <summary>How to see it again: a huge case by its seed alone.</summary>
    public override string ToString() =>
        $"FUZZ_SEED={Seed} {(Bytes.Length <= MostShown ? Convert.ToBase64String(Bytes) : $"({Bytes.Length} bytes)")}";
}
