namespace Lifecycle.Simulator.Watching;

/// <summary>What a connected event comes to. The simulator and the search both ask.</summary>
static class Attaching
{
    /// <summary>Whether it attached its connection.</summary>
    public static bool IsAttached(AppSession before, Connected connected, AppSession after) =>
        after.State == AppState.Running && after.Attachment?.ConnectionId == connected.ConnectionId
        && (before.State != AppState.Running || before.Attachment?.ConnectionId != connected.ConnectionId);

    /// <summary>Whether its token is the one that is good.</summary>
    public static bool IsGood(AppSession before, Connected connected) =>
        connected.TokenEpoch is { } epoch && epoch == before.AttachedEpoch && (connected.TokenLife ?? before.CorrelationId) == before.CorrelationId;
}
