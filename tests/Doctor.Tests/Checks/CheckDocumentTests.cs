using System.Text;
using Lifecycle.Doctor.Tests.Support;

namespace Lifecycle.Doctor.Tests.Checks;

/// <summary>The checks, and the pages that speak of them.</summary>
public class CheckDocumentTests
{
    const string Page = "docs/doctor.md", Begin = "<!-- checks: written by the tests -->\n", End = "<!-- checks: end -->";

    static readonly string wire = Repository.Read(Rule.Page);

    public static TheoryData<string> Ids => [.. CheckList.All.Select(check => check.Id)];

    [Fact]
    public void The_page_lists_the_checks_that_there_are()
    {
        var page = Repository.Read(Page);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        Repository.IsGenerated(Page, page[..begin] + List() + page[end..]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_check_points_to_words_of_the_wire_below_the_heading_that_it_names(string id)
    {
        var check = CheckList.All.Single(check => check.Id == id);
        var at = wire.IndexOf(check.Rule.Words, StringComparison.Ordinal);
        var places = new List<string>();
        for (; at >= 0; at = wire.IndexOf(check.Rule.Words, at + 1, StringComparison.Ordinal)) places.Add(AnchorAbove(at));
        Assert.Contains(check.Rule.Anchor, places);
    }

    [Fact]
    public void A_check_has_an_id_of_its_own_that_begins_with_its_group()
    {
        Assert.Equal(CheckList.All.Count, CheckList.All.Select(check => check.Id).Distinct().Count());
        Assert.All(CheckList.All, check => Assert.Matches("^[a-z]+(-[a-z0-9]+)+$", check.Id));
        Assert.Equal(CheckList.Groups.Select(group => group.Group), CheckList.All.Select(check => check.Group).Distinct());
    }

    static string List()
    {
        var list = new StringBuilder();
        list.Append($"{CheckList.All.Count} checks: {CheckList.All.Count(check => check.Level == CheckLevel.Must)} MUST, {CheckList.All.Count(check => check.Level == CheckLevel.Should)} SHOULD. ");
        list.Append("Generated from the code; `UPDATE_DOCS=1 dotnet test tests/Doctor.Tests` writes it anew. *c*: needs the doctor contract; *2*: an app that speaks version 2; *s*: a second secret; *p*: a process that can be told to leave.\n");
        foreach (var (group, about) in CheckList.Groups)
        {
            list.Append($"\n### {group}\n\n{about}\n\n| check | | what is expected | |\n|---|---|---|---|\n");
            foreach (var check in CheckList.All.Where(check => check.Group == group))
                list.Append($"| `{check.Id}` | {(check.Level == CheckLevel.Must ? "MUST" : "SHOULD")} | [{check.Title.Replace("|", "\\|", StringComparison.Ordinal)}](wire.md#{check.Rule.Anchor}) | {NeedsOf(check)} |\n");
        }
        return list.ToString();
    }

    static string NeedsOf(Check check)
    {
        (Needs Need, string Sign)[] signs = [(Needs.Contract, "c"), (Needs.Version2, "2"), (Needs.SecondSecret, "s"), (Needs.Leaver, "p")];
        return string.Join(' ', signs.Where(sign => check.Needs.HasFlag(sign.Need)).Select(sign => sign.Sign));
    }

    // As GitHub makes them: lower case, spaces as hyphens, nothing but letters, digits, hyphens and underscores.
    static string AnchorAbove(int at)
    {
        var heading = wire[..at].Split('\n').Last(line => line.StartsWith('#')).TrimStart('#').Trim().ToLowerInvariant();
        return string.Concat(heading.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
    }
}
