namespace Lifecycle;

/// <summary>Something that holds after every decision, and that one decision is enough to judge.</summary>
/// <param name="Name">Its name, in snake case: a tag of the metric, and what the operations guide calls it.</param>
/// <param name="Rule">Which rule of DESIGN section 2 it belongs to, from 1; 0 for what the machinery needs.</param>
/// <param name="Says">What holds, in a sentence.</param>
public sealed record Invariant(string Name, int Rule, string Says);

/// <summary>An invariant that a decision broke: the rules have a defect, or somebody else has written the state.</summary>
/// <param name="Invariant">Which.</param>
/// <param name="Sentence">What was seen. It names states, numbers and connections, and never a body, key or token.</param>
public sealed record BrokenInvariant(Invariant Invariant, string Sentence)
{
    /// <summary>The invariant's name.</summary>
    public string Name => Invariant.Name;
}
