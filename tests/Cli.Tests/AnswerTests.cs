using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>What a person reads.</summary>
[Collection(nameof(HostCollection))]
public sealed class AnswerTests(HostFixture host)
{
    [Fact]
    public async Task Explain_RunningSession_SaysTheSentenceFirstAndThenTheDecisions()
    {
        await host.RunSessionAsync("explained");

        var result = await host.Cli.DoneAsync("explain", "explained", HostFixture.Package, "--utc");

        var lines = result.Out.Split('\n');
        var sentence = (await host.Cli.DoneAsync("explain", "explained", HostFixture.Package, "--json")).Json.GetProperty("sentence").GetString()!;
        Assert.Equal(sentence[..20], lines[0][..20]);
        Assert.Contains(lines, line => line.StartsWith("At (UTC)", StringComparison.Ordinal));
        Assert.Contains("NONE → STARTING", result.Out);
        Assert.DoesNotContain("Not met", result.Out);
        Assert.Contains("Not met", (await host.Cli.DoneAsync("explain", "explained", HostFixture.Package, "--guards")).Out);
    }

    [Fact]
    public async Task Explain_OfAMoment_ExplainsThatOne()
    {
        await host.RunSessionAsync("moment");
        var trail = (await host.Cli.DoneAsync("show", "moment", HostFixture.Package, "--json")).Json.GetProperty("trail");
        var started = trail[0].GetProperty("at").GetString()!;

        var result = await host.Cli.DoneAsync("explain", "moment", HostFixture.Package, "--at", started, "--json");

        Assert.Equal("STARTING", result.Json.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Explain_PackageAlone_ExplainsTheApp()
    {
        var result = await host.Cli.DoneAsync("explain", HostFixture.Package);

        Assert.Contains("breaker", result.Out);
        Assert.Contains("CLOSED", result.Out);
    }

    [Fact]
    public async Task Show_RunningSession_HasItsTrailAndSaysWhereToAskWhy()
    {
        await host.RunSessionAsync("shown");

        var one = await host.Cli.DoneAsync("show", "shown", HostFixture.Package);
        var all = await host.Cli.DoneAsync("show", "shown");

        Assert.StartsWith($"shown {HostFixture.Package}: RUNNING", one.Out);
        Assert.Contains("STARTING", one.Out);
        Assert.Equal(one.Out.Split('\n')[0], all.Out.Split('\n')[0]);
        Assert.Contains($"lifecycle explain shown {HostFixture.Package}", one.Error);
    }

    [Fact]
    public async Task WhatIf_AnotherPolicy_ShowsBothCourses()
    {
        await host.RunSessionAsync("whatif");

        var result = await host.Cli.DoneAsync("what-if", "whatif", HostFixture.Package, "--set", "reconnectGraceMs=10000");

        Assert.Contains("as it was", result.Out);
        Assert.Contains("instead", result.Out);
    }

    [Fact]
    public async Task Send_RunningSession_SaysThatItWasSent()
    {
        await host.RunSessionAsync("sent");

        Assert.StartsWith("sent: message ", (await host.Cli.DoneAsync("send", "sent", HostFixture.Package, "hello")).Out);
        Assert.StartsWith("handled: message ", (await host.Cli.DoneAsync("send", "sent", HostFixture.Package, "{\"say\":1}", "--wait-ms", "10000")).Out);
        Assert.StartsWith("sent: message ", (await (host.Cli with { Typed = "[1,2]" }).DoneAsync("send", "sent", HostFixture.Package, "-")).Out);
    }

    [Fact]
    public async Task StopAndRevive_OneSession_AreCarriedOut()
    {
        await host.RunSessionAsync("stopped");

        var stopped = await host.Cli.DoneAsync("stop", "stopped", HostFixture.Package, "--reason", "tried", "--wait");
        var started = await host.Cli.DoneAsync("start", "stopped", HostFixture.Package, "--wait", "--json");

        Assert.NotEqual("", stopped.Out);
        Assert.Equal("RUNNING", started.Json.GetProperty("state").GetString());
        Assert.StartsWith("Accepted.", (await host.Cli.DoneAsync("revive", "stopped", HostFixture.Package)).Out);
    }

    [Fact]
    public async Task AwayAndBack_KnownSession_NameTheAppsThatAreTold()
    {
        await host.RunSessionAsync("away");

        Assert.Contains(HostFixture.Package, (await host.Cli.DoneAsync("away", "away")).Out);
        Assert.Contains(HostFixture.Package, (await host.Cli.DoneAsync("back", "away")).Out);
        Assert.Contains("no app of that session", (await host.Cli.DoneAsync("back", "nobody")).Out);
    }

    [Fact]
    public async Task Register_AgainAndWithNewKey_ShowsSecretsOnlyWhenTheyWereMade()
    {
        const string package = "com.example.again";
        var first = await host.Cli.DoneAsync("register", package, "--webhook", "http://localhost:1/x");
        var again = await host.Cli.DoneAsync("register", package, "--webhook", "http://localhost:1/x");
        var rotated = await host.Cli.DoneAsync("register", package, "--webhook", "http://localhost:1/x", "--new-key");

        Assert.Contains("export LIFECYCLE_API_KEY=lk_", first.Out);
        Assert.Contains("export LIFECYCLE_WEBHOOK_SECRET=whsec_", first.Out);
        Assert.DoesNotContain("export", again.Out);
        Assert.Contains("--new-key", again.Error);
        Assert.Contains("export LIFECYCLE_API_KEY=lk_", rotated.Out);
        Assert.DoesNotContain("whsec_", rotated.Out);
        Assert.Equal((ExitCode.No, ""), await host.Cli.RunAsync("register", package, "--webhook", "http://localhost:1/x", "--env") is var env ? (env.Code, env.Out) : default);
    }
}
