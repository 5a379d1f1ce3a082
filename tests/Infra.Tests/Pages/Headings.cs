using System.Text.RegularExpressions;

namespace Lifecycle.Infra.Tests.Pages;

/// <summary>The headings of a Markdown page, as links name them.</summary>
static partial class Headings
{
    /// <summary>The anchors of a page, by GitHub's rule: lower case, without punctuation, hyphens for spaces.</summary>
    public static IEnumerable<string> AnchorsOf(string page) =>
        Heading().Matches(RepositoryFiles.Read(page)).Select(match => Punctuation().Replace(match.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
