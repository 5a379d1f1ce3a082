using Lifecycle.Doctor.Running;
using Lifecycle.Doctor.Tests.Faults;
using Lifecycle.Doctor.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Doctor.Tests.Running;

public class ExaminationPlanTests
{
    static readonly Check first = Played(CheckList.Attaches, _ => Task.CompletedTask), other = Played("attach-address", _ => Task.CompletedTask);

    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow()), _machine = new();
    readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One check that came to its limit with a connection open took the report of all with it: nothing was printed or written, and the exit code was that of a crash.
    [Fact]
    public async Task Run_CheckThatComesToItsLimit_FailsAndLosesNoVerdict()
    {
        await using var subject = await SubjectAsync();
        var running = subject.RunAsync([first, Hanging("attach-once"), other]);
        await _hangs.Task;
        _time.Advance(TimeSpan.FromSeconds(76));

        var report = await running;

        Assert.Equal([(CheckList.Attaches, CheckVerdict.Pass), ("attach-once", CheckVerdict.Fail), ("attach-address", CheckVerdict.Pass)], report.Results.Select(result => (result.Id, result.Verdict)));
        Assert.Equal("no end within 75 s", report.Results[1].Seen);
        Assert.Equal((true, 1), (report.IsWhole, report.ExitCode));
    }

    // Ctrl-C after half a minute threw away what that half minute had found.
    [Fact]
    public async Task Run_EndedBefore_ReportsWhatWasFoundAndNamesWhatWasNotReached()
    {
        await using var subject = await SubjectAsync();
        using var interrupt = new CancellationTokenSource();
        var running = subject.RunAsync([first, Hanging("attach-once"), other], interrupt.Token);
        await _hangs.Task;
        await interrupt.CancelAsync();

        var report = await running;

        Assert.Equal([CheckVerdict.Pass, CheckVerdict.Skipped, CheckVerdict.Skipped], report.Results.Select(result => result.Verdict));
        Assert.Equal((false, false, DoctorCommand.Interrupted), (report.IsWhole, report.IsGood, report.ExitCode));
        Assert.Contains("2 skipped: not reached: the doctor was ended before: attach-once, attach-address", Terminal.Of(report));
    }

    // A machine that stood still for 5 s every 18 s made good app servers fail, and bad ones pass: what was measured then was the machine.
    [Theory]
    [InlineData(1, 2)]
    [InlineData(9, ExaminationPlan.MostRounds)]
    public async Task Run_MachineStandsStillInACheck_PlaysItAgain(int standstills, int rounds)
    {
        await using var subject = await SubjectAsync();
        var played = 0;
        var still = Played("attach-address", scene =>
        {
            if (++played <= standstills)
            {
                _machine.Advance(Standstills.Period + Standstills.Least);
                throw new CheckFailedException("an answer in time", $"none in round {played}");
            }
            return Task.CompletedTask;
        });

        var report = await subject.RunAsync([first, still]);

        Assert.Equal(rounds, played);
        Assert.Equal(standstills < rounds ? CheckVerdict.Pass : CheckVerdict.Fail, report.Results[1].Verdict);
    }

    Check Hanging(string id) => Played(id, async scene =>
    {
        await scene.AttachAsync();
        _hangs.SetResult();
        await scene.PauseAsync(Timeout.InfiniteTimeSpan);
    });

    static Check Played(string id, Func<Scene, Task> play) => CheckList.All.Single(check => check.Id == id) with { PlayAsync = play, Stage = id == CheckList.Attaches ? Stage.First : Stage.Beside, Seconds = id == "attach-once" ? 9 : 1 };

    async Task<Subject> SubjectAsync()
    {
        var lifecycle = Examined.FreeAddress();
        var app = await FaultyApp.StartAsync(lifecycle, new HashSet<Fault>());
        return new Subject(app, await Examination.ListenAsync(Keys.Options with { Listen = lifecycle, WebhookUrl = new Uri(app.Address, "/lifecycle") }, _time, _machine));
    }

    sealed record Subject(FaultyApp App, Examination Examination) : IAsyncDisposable
    {
        public Task<DoctorReport> RunAsync(IReadOnlyList<Check> checks, CancellationToken cancellation = default) => new ExaminationPlan(Examination, null, checks).RunAsync(cancellation);

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Examination.DisposeAsync();
        }
    }
}
