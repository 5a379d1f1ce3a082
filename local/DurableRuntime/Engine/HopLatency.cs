namespace Lifecycle.Local.Durable;

/// <summary>
/// How long a message is on its way to whoever works on it, as it was measured on the official host with Azure Storage on two cores: a
/// signal is executed after 25 ms (median) and 85 ms (95th percentile), an orchestration takes its next step after 30 and 85 ms. Both
/// are drawn from log-normal distributions.
/// </summary>
public sealed class HopLatency
{
    /// <summary>The median of a signal's way on the official host.</summary>
    public static readonly TimeSpan Measured = TimeSpan.FromMilliseconds(25);

    const double P95OfMedian = 3.4; // 85 ms of 25 ms
    const double EpisodeOfSignal = 1.2; // 30 ms of 25 ms
    const double Z95 = 1.645; // the 95th percentile of the normal distribution

    static readonly double signalSigma = Math.Log(P95OfMedian) / Z95;
    static readonly double episodeSigma = Math.Log(P95OfMedian / EpisodeOfSignal) / Z95;

    readonly TimeSpan median;
    readonly Random random;
    readonly Lock gate = new();

    /// <summary>Makes the distributions.</summary>
    /// <param name="median">The median of a signal's way; zero for none. All else is in proportion.</param>
    /// <param name="seed">Makes what is drawn repeatable.</param>
    public HopLatency(TimeSpan median, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(median, TimeSpan.Zero);
        (this.median, random) = (median, new Random(seed));
    }

    /// <summary>The way of a message to an entity or an activity.</summary>
    public TimeSpan OfSignal() => Draw(1, signalSigma);

    /// <summary>The way of a message to an orchestration.</summary>
    public TimeSpan OfEpisode() => Draw(EpisodeOfSignal, episodeSigma);

    TimeSpan Draw(double share, double sigma) => median == TimeSpan.Zero ? TimeSpan.Zero : median * share * Math.Exp(sigma * Normal());

    // G. E. P. Box, M. E. Muller, "A Note on the Generation of Random Normal Deviates", 1958.
    double Normal()
    {
        lock (gate)
        {
            return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }
    }
}
