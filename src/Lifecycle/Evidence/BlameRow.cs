namespace Lifecycle;

/// <summary>Whose fault one reason is.</summary>
/// <param name="Reason">The reason, from <see cref="Reasons"/>.</param>
/// <param name="Blame">Whose fault it is; where evidence counts more, when there is none.</param>
/// <param name="ByEvidence">Whether the evidence of the loss counts more.</param>
/// <param name="Why">Why, in words.</param>
public sealed record BlameRow(string Reason, Blame Blame, bool ByEvidence, string Why);
