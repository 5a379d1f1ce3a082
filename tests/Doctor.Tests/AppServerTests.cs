using Lifecycle.Doctor.Tests.Faults;
using Lifecycle.Doctor.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Doctor.Tests;

/// <summary>The doctor and whole app servers.</summary>
public class AppServerTests
{
    public static TheoryData<string> Bad => [.. BadApps.All.Keys];

    [Theory]
    [InlineData(".NET")]
    [InlineData("JavaScript")]
    public async Task An_app_server_of_either_SDK_passes_every_check(string sdk)
    {
        var report = await Examined.ReportAsync(sdk);
        AreNone(report.Results.Where(result => result.Verdict != CheckVerdict.Pass));
        Assert.Equal((CheckList.All.Count, 0, 2, true), (report.Results.Count, report.ExitCode, report.WireVersion, report.SpeaksContract));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_app_server_fails_what_it_does_wrong_and_nothing_else(string app)
    {
        var faults = BadApps.All[app];
        var report = await Examined.ReportAsync(app);
        var failed = report.Results.Where(result => result.Verdict == CheckVerdict.Fail).ToDictionary(result => result.Id);
        var sure = faults.SelectMany(BadApps.ChecksOf).ToHashSet();
        AreNone(report.Results.Where(result => sure.Contains(result.Id) && !failed.ContainsKey(result.Id)));
        Assert.Empty(sure.Except(failed.Keys));
        AreNone(failed.Values.Where(result => !sure.Contains(result.Id) && !faults.SelectMany(BadApps.PerhapsOf).Contains(result.Id)));
        Assert.Equal(report.Results.Any(result => result.IsBad) ? 1 : 0, report.ExitCode);
    }

    [Fact]
    public async Task An_app_server_of_version_1_without_the_contract_is_good_and_is_not_asked_for_more()
    {
        var report = await Examined.ReportAsync("old");
        Assert.Equal((0, 1, false), (report.ExitCode, report.WireVersion, report.SpeaksContract));
        Assert.True(report.Count(CheckVerdict.Pass) > 130, $"{report.Count(CheckVerdict.Pass)} passed");
        Assert.All(report.Results.Where(result => result.Group is "done" or "takeover" or "move"), result => Assert.Equal(CheckVerdict.Skipped, result.Verdict));
    }

    [Fact]
    public void Every_fault_is_that_of_an_app_and_every_check_that_it_fails_is_one()
    {
        Assert.Equal(Enum.GetValues<Fault>().ToHashSet(), BadApps.All.Values.SelectMany(faults => faults).ToHashSet());
        var checks = CheckList.All.Select(check => check.Id).ToHashSet();
        Assert.All(Enum.GetValues<Fault>(), fault => Assert.Subset(checks, BadApps.ChecksOf(fault).Concat(BadApps.PerhapsOf(fault)).ToHashSet()));
    }

    // A check that no app fails may be one that none can fail. Without the one that is missing here nothing else is played: the last of these tests is of it.
    [Fact]
    public void Every_check_is_failed_by_an_app() =>
        Assert.Equal([CheckList.Attaches], CheckList.All.Select(check => check.Id).Except(Enum.GetValues<Fault>().SelectMany(BadApps.ChecksOf)));

    static void AreNone(IEnumerable<CheckResult> results)
    {
        var lines = results.Select(result => $"{result.Id} {result.Verdict}: expected {result.Expected}, seen {result.Seen}; {string.Join(" | ", result.Moments.Select(moment => $"{moment.AtMs} {moment.What}"))}").ToList();
        Assert.True(lines.Count == 0, string.Join('\n', lines));
    }

    // Asked for one check, the doctor skipped it for an app that never attaches, and went away with 0: all was well, it seemed.
    [Fact]
    public async Task An_app_server_that_never_attaches_is_not_good_whatever_is_asked_for()
    {
        await using var app = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]).Build();
        app.MapPost("/lifecycle", () => Results.Accepted());
        await app.StartAsync();
        await using var examination = await Examination.ListenAsync(
            Keys.Options with { Listen = Examined.FreeAddress(), WebhookUrl = new Uri(new Uri(app.Urls.First()), "/lifecycle"), Only = ["reconnect-token"], Contract = ContractMode.Unspoken });
        var report = await examination.RunAsync();
        Assert.Equal(1, report.ExitCode);
        Assert.Contains(report.Results, result => result.Id == "attach-in-time" && result.Verdict == CheckVerdict.Fail);
    }
}
