using Lifecycle.Samples.Drill.App;

namespace Lifecycle.Samples.Drill.Verdicts;

/// <summary>What became of messages that were numbered from 1 in each session, over all processes.</summary>
/// <param name="checks">Where the checks go.</param>
/// <param name="package">Whose they are.</param>
/// <param name="posted">The last number of each session.</param>
/// <param name="handled">What was handled, in the order in which handlers began.</param>
sealed class MessageLedger(Checks checks, string package, IReadOnlyDictionary<string, int> posted, IReadOnlyList<HandledMessage> handled)
{
    // Node's clock has whole milliseconds.
    static readonly TimeSpan clockStep = TimeSpan.FromMilliseconds(1);

    readonly ILookup<string, HandledMessage> bySession = handled.ToLookup(message => message.SessionId);

    /// <summary>Each message was handled once and in order, and no two processes worked in one session at a time.</summary>
    public void IsExact()
    {
        checks.Every($"{package}: sessions whose messages were each handled once, in order", posted.Keys.ToList(), IsInOrder, Describe);
        checks.Every($"{package}: sessions in which no two messages were worked on at a time", posted.Keys.ToList(), IsOneAtATime, Describe);
    }

    bool IsInOrder(string session) => bySession[session].Select(message => message.Number).SequenceEqual(Enumerable.Range(1, posted[session]));

    bool IsOneAtATime(string session) => bySession[session].Zip(bySession[session].Skip(1)).All(pair => pair.Second.Began >= pair.First.At - clockStep);

    string Describe(string session) => $"{session}: 1 to {posted[session]} posted, handled {string.Join(", ", bySession[session].Select(message =>
        $"{message.Number} in {message.Instance} {message.Began:mm:ss.fff} to {message.At:mm:ss.fff}"))}";
}
