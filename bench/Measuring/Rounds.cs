namespace Lifecycle.Bench.Measuring;

/// <summary>Repeats measurements, because other programs share the machine: the best round is the least disturbed one.</summary>
static class Rounds
{
    /// <summary>How many rounds are measured.</summary>
    public static int Of(bool quick) => quick ? 1 : 3;

    /// <summary>The highest rate of the rounds.</summary>
    public static async Task<double> HighestAsync(int rounds, Func<Task<double>> measure)
    {
        var best = 0.0;
        for (var i = 0; i < rounds; i++)
        {
            best = Math.Max(best, await measure());
        }

        return best;
    }
}
