using Spectre.Console;

namespace Lifecycle.Cli.Display;

/// <summary>How states look; each has its name beside it, so that colour tells nothing that words do not.</summary>
static class StateStyle
{
    /// <summary>The names of states as the API writes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. AppStates.All.Where(state => state != AppState.None).Select(state => state.WireName())];

    public static Style Of(string? state) => state switch
    {
        "RUNNING" => Color.Green,
        "GRACE_PERIOD" or "STARTING" or "STOPPING" => Color.Yellow,
        "DISCONNECTED" or "RESURRECTING" or "BACKOFF" => Color.Orange1,
        "EVICTED" => Color.Red,
        "DORMANT" => Color.Blue,
        _ => Color.Grey,
    };

    public static Style OfBreaker(string? breaker) => breaker switch
    {
        "CLOSED" => Color.Green,
        "OPEN" => Color.Red,
        _ => Color.Yellow,
    };

    /// <summary>A state's cell.</summary>
    public static Text Cell(string? state) => Screen.Cell(state, Of(state));
}
