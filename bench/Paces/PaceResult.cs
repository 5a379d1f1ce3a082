namespace Lifecycle.Bench.Paces;

/// <summary>What came of one pace at one app. Times are seconds from the app being found on.</summary>
/// <param name="App">The app.</param>
/// <param name="Sessions">How many sessions waited.</param>
/// <param name="Sent">When webhooks were sent.</param>
/// <param name="Attached">When apps attached.</param>
/// <param name="Refused">How many webhooks were refused.</param>
sealed record PaceResult(PacedApp App, int Sessions, IReadOnlyList<double> Sent, IReadOnlyList<double> Attached, int Refused)
{
    const double Tenth = 0.1;

    /// <summary>Until this share of the sessions is running; null when it never is.</summary>
    public TimeSpan? To(double share) => (int)Math.Ceiling(share * Sessions) is var needed && needed <= Attached.Count ? TimeSpan.FromSeconds(Attached[needed - 1]) : null;

    /// <summary>The longest time, in seconds, for which the app was asked more than twice what it takes, by the second before each moment.</summary>
    public double SecondsAboveTwice
    {
        get
        {
            var (longest, running) = (0.0, 0.0);
            for (var at = 1.0; Sent.Count > 0 && at < Sent[^1] + 1; at += Tenth)
            {
                var asked = Sent.Count(sent => sent > at - 1 && sent <= at);
                running = asked > 2 * App.TakesPerSecond(at) ? running + Tenth : 0;
                longest = Math.Max(longest, running);
            }

            return longest;
        }
    }
}
