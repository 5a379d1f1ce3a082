namespace Lifecycle.Conformance.Apps;

/// <summary>What both hosts draw the same from.</summary>
static class Seeds
{
    /// <summary>The ids of connections.</summary>
    public const int SignalR = 1;
}
