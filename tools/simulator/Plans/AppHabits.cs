using System.Text.Json.Serialization;
using Lifecycle.Simulator.Chance;

namespace Lifecycle.Simulator.Plans;

/// <summary>How the app servers of a world behave.</summary>
public sealed record AppHabits
{
    /// <summary>How many processes there are.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>The version of the wire that their SDK speaks: from 2 on they tell what they have handled, and hand over.</summary>
    public int Version { get; init; } = 2;

    /// <summary>Whether they say who they are and show their tokens; a plain SignalR client does neither.</summary>
    public bool SaysWho { get; init; } = true;

    /// <summary>From a lost socket to the first try to come back.</summary>
    public Times Reconnect { get; init; } = new(900, 0.8);

    /// <summary>And from one try to the next.</summary>
    public Times Retry { get; init; } = new(1_200, 0.6);

    /// <summary>From an accepted webhook to the attach.</summary>
    public Times Attach { get; init; } = new(250, 0.8);

    /// <summary>How long a webhook takes to be answered.</summary>
    public Times Answer { get; init; } = new(60, 0.8);

    /// <summary>How long a handler takes for a message.</summary>
    public Times Handle { get; init; } = new(40, 1);

    /// <summary>From the start of a process until it listens, in a deploy.</summary>
    public Times Boot { get; init; } = new(3_000, 0.6);

    /// <summary>Whether the app has a health URL.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Health { get; init; }
}
