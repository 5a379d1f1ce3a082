namespace Lifecycle.Doctor;

/// <summary>Where docs/wire.md says what a check looks at.</summary>
/// <param name="Anchor">The heading's anchor.</param>
/// <param name="Words">Words that stand there.</param>
public sealed record Rule(string Anchor, string Words)
{
    /// <summary>The page that all rules are in, relative to the repository.</summary>
    public const string Page = "docs/wire.md";

    /// <summary>The link, relative to the repository.</summary>
    public string Link => $"{Page}#{Anchor}";
}
