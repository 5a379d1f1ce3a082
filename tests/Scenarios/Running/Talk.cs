namespace Lifecycle.Scenarios;

/// <summary>What one session's app was told while the scenario ran, and what it should have heard.</summary>
sealed class Talk
{
    int published;

    /// <summary>Messages that were answered with sent or buffered, in the order in which they were posted.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>Messages that the app handled, in order.</summary>
    public List<string> Handled { get; } = [];

    readonly Dictionary<string, object> begun = [];

    /// <summary>How often the app has told how far it has come.</summary>
    public int Calls { get; set; }

    /// <summary>Messages that two processes were at, while both lived and answered.</summary>
    public int Shared { get; private set; }

    /// <summary>A process begins with a message.</summary>
    public void Begin(string message, object process)
    {
        Shared += begun.TryGetValue(message, out var other) && other != process ? 1 : 0;
        begun[message] = process;
    }

    /// <summary>It has handled the message.</summary>
    public void End(string message, object process)
    {
        Handled.Add(message);
        _ = begun.TryGetValue(message, out var its) && its == process && begun.Remove(message);
    }

    /// <summary>The process is gone, or has been told that it has the session no more.</summary>
    public void Drop(object process)
    {
        foreach (var (message, _) in begun.Where(at => at.Value == process).ToList())
        {
            begun.Remove(message);
        }
    }

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
