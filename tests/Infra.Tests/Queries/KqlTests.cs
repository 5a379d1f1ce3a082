using System.Text.RegularExpressions;
using Lifecycle.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Infra.Tests.Queries;

public sealed partial class KqlTests
{
    static readonly IReadOnlyDictionary<string, InstrumentInfo> instruments = LifecycleInstruments.All.ToDictionary(info => info.Name);

    static readonly HashSet<string> numbers = ["toint", "tolong", "todouble"];

    public static TheoryData<string> Names => [.. KqlFile.All.Select(file => file.Name)];

    static KqlFile Named(string name) => KqlFile.All.Single(file => file.Name == name);

    static IEnumerable<KqlPart> Metrics(string name) => Named(name).Parts.Where(part => part.IsOfMetrics);

    static IEnumerable<KqlPart> Traces(string name) => Named(name).Parts.Where(part => !part.IsOfMetrics);

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_OfAnyFile_BeginsWithWhatItAnswersAndReadsATable(string name)
    {
        Assert.Matches(@"^// [A-Z].*[.?]\n", Named(name).Text);
        Assert.NotEmpty(Named(name).Parts);
        Assert.All(Metrics(name), part => Assert.NotEmpty(part.Metrics));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_OfAnyFile_LeavesTheTimeRangeToWhoeverAsks(string name) => Assert.DoesNotMatch(@"\bago\(|\bbetween\b|TimeGenerated\s*[<>]", Named(name).Code);

    [Theory]
    [MemberData(nameof(Names))]
    public void Metrics_OfAnyQuery_AreInstruments(string name)
    {
        var named = AnyMetric().Matches(Named(name).Code).Select(match => match.Value);
        Assert.Empty(named.Except(instruments.Keys));
        var compared = Metrics(name).SelectMany(part => part.Comparisons).Where(c => c is { IsProperty: false, Property: "Name" });
        Assert.Empty(compared.SelectMany(c => c.Literals).Except(instruments.Keys));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Properties_OfAnyQuery_AreConverted(string name) =>
        Assert.All(Named(name).Parts.SelectMany(part => part.Properties), property =>
        {
            Assert.Matches(@"^\w+$", property.Name);
            Assert.Contains(property.Conversion, numbers.Append("tostring"));
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Properties_OfMetrics_AreTagsOfEachOfTheInstruments(string name) =>
        Assert.All(Metrics(name), part => Assert.All(part.Metrics, metric =>
            Assert.Empty(part.Properties.Select(property => property.Name).Except(instruments[metric].Tags.Select(tag => tag.Name)))));

    [Theory]
    [MemberData(nameof(Names))]
    public void Literals_OfMetrics_AreValuesOfTheTag(string name)
    {
        foreach (var part in Metrics(name))
        {
            Assert.All(part.Comparisons.Where(c => c.Property != "Name"), comparison =>
            {
                Assert.True(comparison is { IsProperty: true, IsOfWholeValues: true }, $"{part}: {comparison} cannot be checked.");
                var values = part.Metrics.SelectMany(metric => instruments[metric].Tags).Where(tag => tag.Name == comparison.Property).SelectMany(tag => tag.Values);
                Assert.Empty(comparison.Literals.Except(values));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gauges_OfAnyQuery_AreNotAddedUpOverTime(string name) =>
        // A query that only asks when one came does not look at its value.
        Assert.All(Metrics(name).Where(part => part.Text.Contains("Sum") && part.Metrics.Any(metric => instruments[metric].Kind == InstrumentKind.Gauge)), part =>
        {
            Assert.Contains("Sum / max_of(ItemCount, 1)", part.Text);
            Assert.Contains("arg_max(TimeGenerated", part.Text);
            Assert.DoesNotContain("sum(Sum)", part.Text);
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void EventIds_OfTraces_AreLoggedAndExported(string name) =>
        Assert.All(Traces(name).SelectMany(part => part.EventIds), id =>
        {
            Assert.Contains(id, LogEvents.All.Keys);
            Assert.True(LogEvents.All[id].Level >= LogLevel.Information, $"{id} is logged below Information, so it does not arrive.");
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Properties_OfTraces_ArePlaceholdersOfTheEvents(string name)
    {
        foreach (var part in Traces(name))
        {
            Assert.All(part.Properties.Where(property => property.Name != "EventId"), property =>
            {
                var types = LogEvents.TypesOf(property.Name, part.EventIds);
                Assert.NotEmpty(types);
                Assert.True(!numbers.Contains(property.Conversion) || types.All(IsNumber), $"{part}: {property.Name} is no number.");
            });
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Literals_OfTraces_AreMembersWhereTheyAreComparedWithAnEnum(string name)
    {
        foreach (var part in Traces(name))
        {
            Assert.All(part.Comparisons.Where(c => c is { IsProperty: true } && c.Property != "EventId"), comparison =>
            {
                var enums = LogEvents.TypesOf(comparison.Property, part.EventIds).Where(type => type.IsEnum).ToList();
                Assert.True(enums.Count == 0 || comparison.IsOfWholeValues, $"{part}: {comparison} cannot be checked.");
                Assert.All(enums, type => Assert.Empty(comparison.Literals.Except(Enum.GetNames(type))));
            });
        }
    }

    [Fact]
    public void Instruments_OfTheMeter_AreAllShown()
    {
        var shown = KqlFile.All.Where(file => !file.IsAlert).SelectMany(file => file.Parts).SelectMany(part => part.Metrics);
        Assert.Empty(instruments.Keys.Except(shown));
    }

    [Fact]
    public void Alerts_WithADivision_LookAtTheSizeOfTheWholeFirst()
    {
        var divisions = KqlFile.All.Where(file => file.IsAlert).Select(file => (file, Division().Match(file.Code))).Where(found => found.Item2.Success).ToList();
        Assert.NotEmpty(divisions);
        Assert.All(divisions, found => Assert.Matches($@"\| where {found.Item2.Groups["whole"].Value} >= \d+\n", found.file.Code[..found.Item2.Index]));
    }

    static bool IsNumber(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(double);

    [GeneratedRegex(@"lifecycle\.[\w.]*")]
    private static partial Regex AnyMetric();

    [GeneratedRegex(@"\* \w+ / (?<whole>\w+)")]
    private static partial Regex Division();
}
