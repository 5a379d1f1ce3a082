using System.Diagnostics;

namespace Lifecycle.DurableRuntime.Tests.RealClock;

public sealed class CrashTests : IDisposable
{
    const int Kills = 50;

    readonly string folder = Directory.CreateTempSubdirectory("lifecycle-crash-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    [Trait("Category", "Crash")]
    public async Task A_process_that_is_killed_fifty_times_under_load_loses_nothing()
    {
        var random = new Random(42);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var worker = Start();
            Assert.Equal("ready", await worker.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            // A wait for nothing in particular is the point here: the moment of the kill is what varies.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 500)), TimeProvider.System);
            worker.Kill();
            await worker.WaitForExitAsync();
        }

        using (var last = Start("finish"))
        {
            await last.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(0, last.ExitCode);
        }

        Check();
    }

    void Check()
    {
        var results = File.ReadAllLines(Path.Combine(folder, "result.log")).Select(line => line.Split(' ')).ToLookup(p => p[0]);
        var acknowledged = File.ReadAllLines(Path.Combine(folder, "acknowledged.log")).Select(line => line.Split(' ')).ToList();
        Assert.True(acknowledged.Count > Kills, $"only {acknowledged.Count} signals were acknowledged: there was no load");

        // taken ENTITY SENDER NUMBER ENTITY
        var taken = results["taken"].Where(p => p[1] != "orchestrations").ToList();
        Assert.Empty(acknowledged.Select(a => (a[0], a[1])).Except(taken.Select(t => (t[2], t[3]))));
        Assert.Equal(taken.Count, taken.Select(t => (t[2], t[3])).Distinct().Count());
        foreach (var sender in taken.GroupBy(t => (Entity: t[1], Sender: t[2])))
        {
            var numbers = sender.Select(t => int.Parse(t[3])).ToList();
            Assert.Equal(numbers.Order(), numbers);
        }

        Assert.All(results["timers"], t => Assert.Equal(t[2], t[3]));
        Assert.All(results["orchestration"], o => Assert.Equal("Completed", o[2]));
        var ended = results["orchestration"].Select(o => o[1]).ToHashSet();
        Assert.Empty(acknowledged.Where(a => a.Length > 3).Select(a => a[3]).Except(ended));
        var called = results["taken"].Where(p => p[1] == "orchestrations").Select(p => p[4]).ToList();
        Assert.Equal(ended.Order(), called.Order()); // each entity call once
        Assert.Empty(ended.Except(File.ReadAllLines(Path.Combine(folder, "touched.log")))); // each activity at least once
    }

    Process Start(params string[] more)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var dll = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "../../../../CrashWorker/bin", configuration, "net10.0", "Lifecycle.CrashWorker.dll"));
        var start = new ProcessStartInfo("dotnet", [dll, folder, .. more]) { RedirectStandardOutput = true };
        return Process.Start(start) ?? throw new InvalidOperationException("The worker did not start.");
    }
}
