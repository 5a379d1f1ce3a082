using Lifecycle.Simulator.Chance;
using Lifecycle.Simulator.Reports;

namespace Lifecycle.Simulator.Tests;

public sealed class ReportTests
{
    [Fact]
    public void RecoveredWithin_OfKnownTimes_IsCloseToThem()
    {
        var figures = new Figures();
        for (var ms = 100; ms <= 10_000; ms += 100)
        {
            figures.Recovered(ms);
        }

        Assert.InRange(figures.RecoveredWithin(0.5), 4_600, 5_400);
        Assert.InRange(figures.RecoveredWithin(0.95), 8_900, 10_100);
    }

    // Whoever needs seven seconds needs all of the window; whoever is back at once gains nothing by it.
    [Theory]
    [InlineData(6_600, 0.12, 60, true)]
    [InlineData(150, 0.1, 0, false)]
    public void Grace_ForADistributionOfReconnectTimes_SaysWhetherALongerWindowIsBetter(double median, double sigma, double secondsForFalse, bool isBetter)
    {
        var contest = Contest.Play(GraceReport.Contenders, new Times(median, sigma), seed: 1, sessionDays: 6_000, threads: 1);
        var report = new GraceReport(contest, secondsForFalse);
        var (mean, within) = report.Gain(than: 0, one: GraceReport.Contenders.Count - 1);

        Assert.Null(contest.Failure);
        Assert.Equal(isBetter, mean > within);
        Assert.True(!isBetter || GraceReport.Contenders[report.Best].Policy.ReconnectGraceMs >= 7_000);
        Assert.Contains("(best)", report.Table(), StringComparison.Ordinal);
        Assert.Contains("Best of 5 to 8 s", report.Verdict(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OfPolicies_HasARowAndABarForEach()
    {
        var contest = Contest.Play(PolicyReport.Contenders, new Times(900, 0.8), seed: 1, sessionDays: 600, threads: 1);

        Assert.All(PolicyReport.Contenders, contender => Assert.Contains($"| {contender.Name} |", PolicyReport.Table(contest), StringComparison.Ordinal));
        Assert.Equal(4 * PolicyReport.Contenders.Count, PolicyReport.Plot(contest).Split("<rect x=").Length - 1);
    }

    [Theory]
    [InlineData("run", "--days", "5")]
    [InlineData("plan", "--seed", "7")]
    public void Run_OfAVerb_EndsWell(params string[] args) => Assert.Equal(0, SimulatorCommand.Run([.. args, "--threads", "1"], new StringWriter()));

    [Theory]
    [InlineData("dance")]
    [InlineData("run", "--days")]
    [InlineData("grace", "--reconnect", "1")]
    public void Run_OfWhatIsNotUnderstood_SaysSo(params string[] args) => Assert.Equal(2, SimulatorCommand.Run(args, new StringWriter()));
}
