namespace Lifecycle.Scenarios;

/// <summary>
/// A what-if is worth what it knows of the world: played again from the oldest remembered decision under the policy that was in force, with everything that the rules order made
/// anew, each session must take the course that it took.
/// </summary>
public sealed class WhatIfTests
{
    [Theory]
    [InlineData("app-redeploy")]
    [InlineData("crash-loop-one")]
    [InlineData("node-rotation")]
    [InlineData("rapid-flaps")]
    [InlineData("socket-drop")]
    [InlineData("two-minute-outage")]
    public void Played_again_under_the_same_policy_an_incident_takes_the_same_course(string name)
    {
        var scenario = Scenario.Load(ScenarioRunner.Files.Single(f => Path.GetFileNameWithoutExtension(f) == name));
        var (parted, report) = Interview.PlayedAgain(scenario, every: 7);
        Assert.True(report.Passed, string.Join('\n', report.Failures));
        Assert.True(parted.Count == 0, string.Join('\n', parted.Take(3)));
    }
}
