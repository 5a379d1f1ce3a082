namespace Lifecycle.Simulator.Watching;

/// <summary>Something that must not be.</summary>
/// <param name="Rule">Which rule of DESIGN section 2 it breaks; 0 for the liveness at the end, and for what the machinery needs.</param>
/// <param name="What">What was seen.</param>
/// <param name="AtMs">When.</param>
/// <param name="Session">In which session; null for none in particular.</param>
sealed record Violation(int Rule, string What, long AtMs, int? Session)
{
    public override string ToString() => $"rule {Rule} at {AtMs / 1000.0:F3} s{(Session is { } s ? $", session s{s}" : "")}: {What}";
}
