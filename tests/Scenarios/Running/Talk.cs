namespace Lifecycle.Scenarios;

/// <summary>What one session's app was told while the scenario ran, and what it should have heard.</summary>
sealed class Talk
{
    int published;

    /// <summary>Messages that were answered with sent or buffered, in the order in which they were posted.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>Messages that the app handled, in order.</summary>
    public List<string> Handled { get; } = [];

    /// <summary>What publishers sent to streams that the app was subscribed to while it was attached.</summary>
    public List<(string Stream, int Number)> Expected { get; } = [];

    /// <summary>What came of that.</summary>
    public HashSet<(string Stream, int Number)> Heard { get; } = [];

    /// <summary>How often server and app did not agree on the subscriptions a second after an ack.</summary>
    public int Disagreements { get; set; }

    /// <summary>The next publication's number.</summary>
    public int NextNumber() => ++published;

    /// <summary>How many publications the app did not hear.</summary>
    public int Unheard => Expected.Count(sent => !Heard.Contains(sent));
}
