using Lifecycle.Doctor.Running;
using Lifecycle.Doctor.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Doctor.Tests.Running;

public class LeaveGateTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Ready_CommandThatWorks_HasTold()
    {
        await using var gate = Gate("true");
        await gate.ReadyAsync();
    }

    // "exit code 3", and not a word of why: what the command had said was lost.
    [Fact]
    public async Task Ready_CommandThatFails_TellsWhatItSaid()
    {
        await using var gate = Gate("echo looked for it; echo no such container >&2; exit 3");
        var why = (await Assert.ThrowsAsync<CheckSkippedException>(gate.ReadyAsync)).Message;
        Assert.Contains("could not be told to leave: exit code 3; it said: ", why);
        Assert.Contains("looked for it", why);
        Assert.Contains("no such container", why);
    }

    // A command that waited for somebody to type held every check of the group until its limit, and ran on when the doctor had ended.
    [Theory]
    [InlineData(false, "no end within 30 s; it said: asking")]
    [InlineData(true, "the doctor was ended before; it said: asking")]
    public async Task Ready_CommandThatDoesNotEnd_IsEndedWithWhatItStarted(bool isDisposed, string says)
    {
        var file = Path.Combine(Path.GetTempPath(), $"doctor-leave-{Guid.NewGuid():n}");
        var gate = Gate($"echo asking; sleep 600 & echo $! > {file}.part; mv {file}.part {file}; wait");
        var ready = gate.ReadyAsync();
        var sleeper = await PidAsync(file);
        if (isDisposed) await gate.DisposeAsync();
        else _time.Advance(LeaveProgram.Limit);

        Assert.Contains(says, (await Assert.ThrowsAsync<CheckSkippedException>(() => ready)).Message);
        Assert.True(IsOver(sleeper));
        File.Delete(file);
    }

    [Fact]
    public async Task Ready_CommandThatLeavesSomethingRunning_HasTold()
    {
        await using var gate = Gate("sleep 2 &");
        await gate.ReadyAsync();
    }

    LeaveGate Gate(string command) => new(Keys.Options with { LeaveCommand = command }, 1, _time);

    static async Task<int> PidAsync(string file)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!File.Exists(file)) await timer.WaitForNextTickAsync();
        return int.Parse(await File.ReadAllTextAsync(file));
    }

    // Gone, or dead and not yet waited for by whoever takes orphans.
    static bool IsOver(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1][0] is 'Z' or 'X';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
