using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>One decision on an app session while it is judged, and what was found so far. Nothing is made for a decision that breaks nothing.</summary>
sealed class SessionCase(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy)
{
    ImmutableArray<BrokenInvariant>.Builder? found;

    public AppSession Before => before;

    public SessionEvent Event => @event;

    public Decision Decision => decision;

    public AppSession After => decision.Session;

    public DateTimeOffset Now => now;

    public Policy Policy => policy;

    /// <summary>Whether another connection than before is attached, or the same one by name for the first time.</summary>
    public bool IsAttached => After is { State: AppState.Running, Attachment: { } attachment }
        && (before.State != AppState.Running || before.Attachment?.ConnectionId != attachment.ConnectionId);

    /// <summary>Whether it was stopped, or never was, so that only a request begins it.</summary>
    public static bool IsAtRest(AppState state) => state is AppState.None or AppState.Stopping or AppState.Stopped;

    public ImmutableArray<BrokenInvariant> Found => found?.ToImmutable() ?? [];

    public void Break(Invariant invariant, string sentence) => (found ??= ImmutableArray.CreateBuilder<BrokenInvariant>()).Add(new BrokenInvariant(invariant, sentence));
}
