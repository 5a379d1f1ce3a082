using Lifecycle.Azurite;
using Lifecycle.FunctionsSdk.Tests.Process;
using Lifecycle.FunctionsSdk.Tests.Support;

namespace Lifecycle.FunctionsSdk.Tests.Hosting.Queues;

[Collection(AzuriteCollection.Name)]
public class QueueOutageTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Service_ThatIsDownAtTheStart_IsToldOnceAndReadWhenItComes()
    {
        var rig = new QueueRig(azurite);
        await azurite.StopAsync();
        await using var host = await rig.StartAsync(typeof(QueueSamples.Text));
        await Eventually.HoldsAsync("the outage is logged", () => Count(host, "cannot be reached") == 1);

        await azurite.StartAsync();
        await rig.SendAsync("late");
        await rig.WhenGoneAsync();

        Assert.Equal(["late"], rig.Journal.Lines);
        Assert.Equal((1, 1), (Count(host, "cannot be reached"), Count(host, "can be reached again")));
        Assert.DoesNotContain("AccountKey", host.Log.ToString());
    }

    [Fact]
    public async Task Service_ThatGoesDownWhileAFunctionRuns_IsWaitedForAndTheFunctionIsNotRunAgain()
    {
        var rig = new QueueRig(azurite);
        await rig.SendAsync("x");
        await using var host = await rig.StartAsync(typeof(QueueSamples.Held));
        await Eventually.HoldsAsync("the function runs", () => !rig.Journal.Lines.IsEmpty);

        await azurite.StopAsync();
        rig.Journal.Release.SetResult();
        await Eventually.HoldsAsync("the outage is logged", () => Count(host, "cannot be reached") == 1);
        await azurite.StartAsync();
        await rig.WhenGoneAsync();

        Assert.Equal(["begun", "ended"], rig.Journal.Lines);
        await Eventually.HoldsAsync("the end of the outage is logged", () => Count(host, "can be reached again") == 1);
    }

    [Fact]
    public async Task Host_ThatIsKilled_LeavesItsMessageToTheNextHost()
    {
        var rig = new QueueRig(azurite);
        await rig.SendAsync("x");
        using var folder = new TempFolder();
        using (var killed = new HostProcess(
            folder, "--port", "0", "--signalr-port", "0", $"--AzureWebJobsStorage={azurite.ConnectionString}", $"--{QueueRig.Setting}={rig.Name}"))
        {
            await Eventually.HoldsAsync("the function of the other process runs", () => File.Exists(folder.File(SampleApp.Hold.Begun)));
        }

        await using var host = await rig.StartAsync(typeof(QueueSamples.Never));
        await Eventually.HoldsAsync("the message comes again", () => host.Log.ToString().Contains(" of 5; the message comes again"));

        // The first time was the killed host's.
        Assert.DoesNotContain("time 1 of 5", host.Log.ToString());
    }

    static int Count(TestHost host, string text) => host.Log.ToString().Split(text).Length - 1;
}
