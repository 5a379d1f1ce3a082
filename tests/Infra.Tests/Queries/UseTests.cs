using System.Globalization;
using System.Text.RegularExpressions;
using Lifecycle.Infra.Tests.Pages;

namespace Lifecycle.Infra.Tests.Queries;

/// <summary>That workbook, alerts, queries and the guide are about the same things.</summary>
public sealed partial class UseTests
{
    static readonly string workbook =
        RepositoryFiles.Read("infra/bicep/modules/workbook.bicep") + RepositoryFiles.Read("infra/bicep/modules/workbook-parts.bicep");

    static readonly string alerts = RepositoryFiles.Read("infra/bicep/modules/alerts.bicep");
    static readonly Match guide = Guide().Match(alerts);

    static readonly IReadOnlyList<AlertRule> rules =
        [.. Rule().Matches(alerts).Select(match => new AlertRule(
            match.Groups["name"].Value, match.Groups["severity"].Value, match.Groups["every"].Value, match.Groups["window"].Value,
            match.Groups["query"].Value, match.Groups["column"].Value, match.Groups["threshold"].Value))];

    public static TheoryData<string> Alerts => [.. rules.Select(rule => rule.Name)];

    static AlertRule Named(string name) => rules.Single(rule => rule.Name == name);

    static string Text(string page) => Space().Replace(RepositoryFiles.Read(page), " ");

    [Fact]
    public void Workbook_OfAllQueries_LoadsEachThatIsNoAlertOnce() =>
        Assert.Equal(KqlFile.All.Where(file => !file.IsAlert).Select(file => file.Name), LoadedBy(workbook));

    [Fact]
    public void Alerts_OfAllQueries_LoadEachThatIsAnAlertOnce() =>
        Assert.Equal(KqlFile.All.Where(file => file.IsAlert).Select(file => file.Name), LoadedBy(alerts));

    [Fact]
    public void Alerts_OfTheModule_AreAllRead() =>
        Assert.Equal(LoadedBy(alerts), rules.Select(rule => rule.Query).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Alert_OfAName_AsksTheQueryOfThatNameForAColumnOfIt(string name)
    {
        Assert.Equal($"alert-{name}", Named(name).Query);
        var query = KqlFile.All.Single(file => file.Name == Named(name).Query);
        var last = Shape().Matches(query.Code)[^1].Value;
        Assert.Matches($@"\b{Named(name).Column}\b", last);
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Alert_OfAName_PointsToAHeadingOfTheGuide(string name) =>
        Assert.Contains(guide.Groups["anchor"].Value + name, Headings.AnchorsOf(guide.Groups["page"].Value));

    [Fact]
    public void Guide_OfAlerts_HasNoHeadingWithoutAnAlert() =>
        Assert.Equal(
            rules.Select(rule => guide.Groups["anchor"].Value + rule.Name).Order(StringComparer.Ordinal),
            Headings.AnchorsOf(guide.Groups["page"].Value).Where(anchor => anchor.StartsWith("alert-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Guide_OfAnAlert_StatesItsSeverityThresholdAndTimes(string name)
    {
        var rule = Named(name);
        var row = RepositoryFiles.Read(guide.Groups["page"].Value).Split('\n').Single(line => line.StartsWith($"| [{name}](#", StringComparison.Ordinal));
        var cells = row.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(rule.Severity, cells[1]);
        var threshold = Regex.Match(alerts, $@"^param {rule.Threshold} int = (\d+)$", RegexOptions.Multiline).Groups[1].Value;
        Assert.Matches(threshold switch { "1" => @"\ba\b", "50" => @"\bhalf\b", _ => $@"\b{threshold}\b" }, cells[2]);
        Assert.Equal($"{Words(rule.Window)}, {Words(rule.Every)}", cells[3]);
    }

    [Theory]
    [InlineData("docs/operations-alerts.md")]
    [InlineData("docs/operations.md")]
    public void Guide_OfOperations_NamesPartsThatTheWorkbookHas(string page)
    {
        var named = Emphasis().Matches(Code().Replace(Text(page), "")).Select(match => match.Groups["title"].Value).Distinct();
        var titles = Title().Matches(workbook).Select(match => match.Groups["title"].Value);
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(titles).Except(["Lifecycle", "Session"]));
    }

    static IEnumerable<string> LoadedBy(string module) =>
        Load().Matches(module).Select(match => match.Groups["query"].Value).Order(StringComparer.Ordinal);

    static string Words(string duration) => System.Xml.XmlConvert.ToTimeSpan(duration) switch
    {
        { Days: > 0 } span => string.Create(CultureInfo.InvariantCulture, $"{span.Days} day"),
        { Hours: > 0 } span => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h"),
        var span => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min"),
    };

    sealed record AlertRule(string Name, string Severity, string Every, string Window, string Query, string Column, string Threshold);

    [GeneratedRegex(@"^var guide = 'See (?<page>docs/[\w-]+\.md)#(?<anchor>[a-z-]+)'$", RegexOptions.Multiline)]
    private static partial Regex Guide();

    [GeneratedRegex(@"name: '(?<name>[a-z-]+)'\s+title: '[^']+'\s+says: '[^']+'\s+severity: (?<severity>\d)\s+every: '(?<every>\w+)'\s+window: '(?<window>\w+)'\s+query: loadTextContent\('\.\./\.\./kql/(?<query>[\w-]+)\.kql'\)\s+column: '(?<column>\w+)'\s+threshold: (?<threshold>\w+)")]
    private static partial Regex Rule();

    [GeneratedRegex(@"loadTextContent\('\.\./\.\./kql/(?<query>[\w-]+)\.kql'\)")]
    private static partial Regex Load();

    [GeneratedRegex(@"^\| (?:summarize|project) .*$", RegexOptions.Multiline)]
    private static partial Regex Shape();

    [GeneratedRegex(@"\btitle: '(?<title>[^']+)'")]
    private static partial Regex Title();

    [GeneratedRegex(@"(?<!\*)\*(?<title>[^*]+)\*(?!\*)")]
    private static partial Regex Emphasis();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
