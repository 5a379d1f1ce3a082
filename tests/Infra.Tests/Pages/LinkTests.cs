using System.Text.RegularExpressions;

namespace Lifecycle.Infra.Tests.Pages;

/// <summary>Whoever follows a link at 3 a.m. arrives somewhere.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. RepositoryFiles.All("*.md")];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfAPage_LeadToFilesAndHeadingsThatAreThere(string page)
    {
        var folder = Path.GetDirectoryName(page)!;
        var broken = Link().Matches(RepositoryFiles.Read(page))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Leads(page, folder, target));
        Assert.Empty(broken);
    }

    [Fact]
    public void Pages_OfTheRepository_AreFound() => Assert.Contains("docs/operations.md", RepositoryFiles.All("*.md"));

    static bool Leads(string page, string folder, string target)
    {
        var (path, anchor) = target.Split('#') is [var p, var a] ? (p, a) : (target, null);
        var file = path.Length == 0 ? page : Path.Combine(folder, path);
        return anchor is null ? RepositoryFiles.Exists(file) : RepositoryFiles.Exists(file) && Headings.AnchorsOf(file).Contains(anchor);
    }

    [GeneratedRegex(@"(?<!`)\[[^\]`]*(?:`[^`]*`)?[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
