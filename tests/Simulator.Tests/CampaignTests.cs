using Lifecycle.Simulator.Reports;
using Lifecycle.Simulator.Shrinking;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Tests;

/// <summary>The rules hold in many worlds with many faults. What fails is shrunk, and its file is in the message.</summary>
public sealed class CampaignTests
{
    const double SessionDays = 100_000;

    [Fact]
    public void Play_OfManyWorlds_BreaksNoRule()
    {
        var campaign = Campaign.Play(SessionDays, seed: 1, threads: Math.Min(2, Environment.ProcessorCount), new RealRules());
        if (campaign.Failure is var (plan, violation))
        {
            var report = new StringWriter();
            FailureReport.Write(plan, violation, new RealRules(), Path.GetTempPath(), report);
            Assert.Fail(report.ToString());
        }

        Assert.True(campaign.Figures.SessionDays >= SessionDays);
    }
}
