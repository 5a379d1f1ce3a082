using System.Text.Json;
using Lifecycle.Azurite;

namespace Lifecycle.Infra.Tests.Queries;

/// <summary>What Microsoft's own language service says of every query, asked once for all tests.</summary>
public sealed class KustoAnalysis : IAsyncLifetime
{
    static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web);

    /// <summary>By the name of the query's file.</summary>
    public IReadOnlyDictionary<string, QueryAnalysis> Queries { get; private set; } = new Dictionary<string, QueryAnalysis>();

    /// <summary>Analyzes the queries of a folder.</summary>
    public static async Task<IReadOnlyDictionary<string, QueryAnalysis>> OfAsync(string folder)
    {
        var package = await NodePackage.InstallAsync(RepositoryFiles.PathOf("tests/Infra.Tests/js"));
        var (code, output) = await NodePackage.RunAsync("node", package, ["analyze.mjs", folder]);
        Assert.True(code == 0, output);
        return JsonSerializer.Deserialize<Dictionary<string, QueryAnalysis>>(output, options)!;
    }

    public async Task InitializeAsync() => Queries = await OfAsync(RepositoryFiles.PathOf("infra/kql"));

    public Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>One query.</summary>
/// <param name="Complaints">What is wrong with it.</param>
/// <param name="Columns">The type of each column of its result.</param>
public sealed record QueryAnalysis(IReadOnlyList<string> Complaints, IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>Whether a column of the result is a number.</summary>
    public bool IsNumber(string column) => Columns.GetValueOrDefault(column) is "int" or "long" or "real";
}
