using Lifecycle.Entities;

namespace Lifecycle.Infra.Tests.Queries;

public sealed class TelemetryDocumentTests
{
    const string Page = "docs/telemetry.md";

    [Fact]
    public void Document_IsGeneratedFromTheCode()
    {
        var expected = TelemetryDocument.Render();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            RepositoryFiles.Write(Page, expected);
        }

        Assert.True(RepositoryFiles.Read(Page) == expected, $"{Page} differs from the code: run the tests with UPDATE_DOCS=1.");
    }

    [Fact]
    public void Histograms_OfAllInstruments_AreInTheUnitThatTheirPrometheusNameSays() =>
        Assert.All(LifecycleInstruments.All.Where(info => info.Kind == InstrumentKind.Histogram), info => Assert.Equal("s", info.Unit));
}
