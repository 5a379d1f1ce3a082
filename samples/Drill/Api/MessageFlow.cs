namespace Lifecycle.Samples.Drill.Api;

/// <summary>Messages that keep coming: to one session after the other, numbered from 1 in each.</summary>
sealed class MessageFlow(LifecycleApi api, IReadOnlyList<SessionRef> sessions, TimeSpan pause, TimeProvider time)
{
    readonly Dictionary<string, int> posted = sessions.ToDictionary(session => session.SessionId, _ => 0);

    /// <summary>The last number of each session.</summary>
    public IReadOnlyDictionary<string, int> Posted => posted;

    public int Count => posted.Values.Sum();

    /// <summary>Posts until it is cancelled; the one that is under way then is awaited.</summary>
    /// <exception cref="DrillException">One was not taken.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var at = 0; !stop.IsCancellationRequested; at = (at + 1) % sessions.Count)
        {
            var session = sessions[at];
            var number = posted[session.SessionId] + 1;
            if (!await api.PostAsync(session, number, CancellationToken.None)) throw new DrillException($"message {number} for {session.SessionId} was not taken");
            posted[session.SessionId] = number;
            await Task.WhenAny(Task.Delay(pause, time, stop)); // an end is no failure
        }
    }
}
