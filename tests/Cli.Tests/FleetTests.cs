using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>Lists and bulk actions as the host itself answers them: elsewhere something answers that is told what to say.</summary>
[Collection(nameof(HostCollection))]
public sealed class FleetTests(HostFixture host)
{
    [Fact]
    public async Task Apps_RegisteredApp_IsListedWithItsBreaker()
    {
        var json = (await host.Cli.DoneAsync("apps", "--json")).Json.GetProperty("apps").EnumerateArray();
        var shown = await host.Cli.DoneAsync("apps");

        var app = Assert.Single(json, app => app.GetProperty("packageName").GetString() == HostFixture.Package);
        Assert.Equal((host.Webhook, "CLOSED"), (app.GetProperty("webhookUrl").GetString(), app.GetProperty("breaker").GetProperty("state").GetString()));
        Assert.Contains(shown.Out.Split('\n'), row => row.StartsWith(HostFixture.Package, StringComparison.Ordinal) && row.Contains("CLOSED") && row.Contains(host.Webhook));
    }

    [Fact]
    public async Task Sessions_Filtered_AreListedPageByPage()
    {
        await RunAsync("listed-1", "listed-2");

        var first = (await host.Cli.DoneAsync("sessions", "--session", "listed-*", "--state", "running", "--limit", "1", "--json")).Json;
        var rest = (await host.Cli.DoneAsync("sessions", "--session", "listed-*", "--state", "running", "--cursor", first.GetProperty("next").GetString()!, "--json")).Json;
        var shown = await host.Cli.DoneAsync("sessions", "--session", "listed-*", "--package", "com.example.*");

        Assert.Equal(["listed-1", "listed-2"], first.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).Select(item => item.GetProperty("sessionId").GetString()));
        Assert.Equal(3, shown.Out.TrimEnd('\n').Split('\n').Length);
        Assert.Contains($"listed-1  {HostFixture.Package}  RUNNING", shown.Out);
        Assert.Contains("No app session is meant by that.", (await host.Cli.DoneAsync("sessions", "--session", "listed-*", "--state", "EVICTED")).Error);
    }

    [Fact]
    public async Task AllMatching_StopAndStart_AreCarriedOutAndCanBeLookedAtByTheirNames()
    {
        await RunAsync("many-1", "many-2", "other-1");

        var counted = (await host.Cli.DoneAsync("stop", "--all-matching", "--session", "many-*", "--dry-run", "--json")).Json;
        var stopped = await host.Cli.DoneAsync("stop", "--all-matching", "--session", "many-*", "--yes", "--json");
        foreach (var session in (string[])["many-1", "many-2"]) await host.WaitForAsync(session, "STOPPED");
        var started = await host.Cli.DoneAsync("start", "--all-matching", "--session", "many-*", "--state", "STOPPED", "--yes");
        foreach (var session in (string[])["many-1", "many-2"]) await host.WaitForAsync(session, "RUNNING");

        Assert.Equal((true, 2), (counted.GetProperty("dryRun").GetBoolean(), counted.GetProperty("matched").GetInt32()));
        Assert.Equal(("stop", "done", 2), (stopped.Json.GetProperty("action").GetString(), stopped.Json.GetProperty("state").GetString(), stopped.Json.GetProperty("done").GetInt32()));
        Assert.Contains("done: 2 told.", started.Out);
        var id = stopped.Json.GetProperty("bulkId").GetString()!;
        Assert.Contains($"lifecycle bulk {id} --stop", stopped.Error);
        Assert.Equal(stopped.Out, (await host.Cli.DoneAsync("bulk", id, "--json")).Out);
        await host.WaitForAsync("other-1", "RUNNING");
    }

    [Fact]
    public async Task Bulk_ThatNobodyKnows_Is1()
    {
        var result = await host.Cli.RunAsync("bulk", "0123456789abcdef", "--stop");

        Assert.Equal(ExitCode.No, result.Code);
        Assert.NotEqual("", result.Error);
    }

    async Task RunAsync(params string[] sessions)
    {
        foreach (var session in sessions) await host.RunSessionAsync(session);
    }
}
