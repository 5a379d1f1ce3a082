using System.Text.RegularExpressions;

namespace Lifecycle.Infra.Tests.Queries;

/// <summary>The queries are KQL, and their results have what alerts and charts take of them.</summary>
public sealed partial class KustoTests(KustoAnalysis analysis) : IClassFixture<KustoAnalysis>
{
    public static TheoryData<string> Names => [.. KqlFile.All.Select(file => file.Name)];

    public static TheoryData<string, string> Charts
    {
        get
        {
            var charts = new TheoryData<string, string>();
            foreach (Match part in Part().Matches(RepositoryFiles.Read("infra/bicep/modules/workbook-parts.bicep")))
            {
                charts.Add(part.Groups["query"].Value, part.Groups["chart"].Value);
            }

            return charts;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_OfAnyFile_IsUnderstood(string name)
    {
        Assert.Empty(analysis.Queries[name].Complaints);
        Assert.NotEmpty(analysis.Queries[name].Columns);
    }

    [Fact]
    public void Alerts_CompareANumber()
    {
        var columns = Column().Matches(RepositoryFiles.Read("infra/bicep/modules/alerts.bicep"));
        Assert.Equal(KqlFile.All.Count(file => file.IsAlert), columns.Count);
        Assert.All(columns, match => Assert.True(analysis.Queries[match.Groups["query"].Value].IsNumber(match.Groups["column"].Value), match.Value));
    }

    [Theory]
    [MemberData(nameof(Charts))]
    public void Chart_OfAPart_HasWhatItDraws(string query, string chart)
    {
        var drawn = analysis.Queries[query];
        Assert.True(chart is "table" or "timechart" or "areachart", chart);
        Assert.True(chart == "table" || (drawn.Columns.Keys.Any(drawn.IsNumber) && drawn.Columns.Values.Contains("datetime")));
    }

    [Fact]
    public async Task Analysis_OfAWrongQuery_Complains()
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-kql-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "column.kql"), "AppMetrics | where Nmae == \"x\" | count");
            File.WriteAllText(Path.Combine(folder.FullName, "function.kql"), "AppTraces | summarize percentil(SeverityLevel, 95)");
            File.WriteAllText(Path.Combine(folder.FullName, "syntax.kql"), "AppTraces | where (Message == \"x\" | count");
            Assert.All(await KustoAnalysis.OfAsync(folder.FullName), query => Assert.NotEmpty(query.Value.Complaints));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"query: loadTextContent\('\.\./\.\./kql/(?<query>[\w-]+)\.kql'\)\s+column: '(?<column>\w+)'")]
    private static partial Regex Column();

    [GeneratedRegex(@"chart: '(?<chart>\w+)'\s+unit: \d+\s+query: loadTextContent\('\.\./\.\./kql/(?<query>[\w-]+)\.kql'\)")]
    private static partial Regex Part();
}
