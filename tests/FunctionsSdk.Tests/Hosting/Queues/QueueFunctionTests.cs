using Azure.Storage.Queues.Models;
using Lifecycle.Azurite;
using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.FunctionsSdk.Hosting.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.FunctionsSdk.Tests.Hosting.Queues;

[Collection(AzuriteCollection.Name)]
public class QueueFunctionTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(typeof(QueueSamples.Text), """{"item":"tea","count":2}""", """{"item":"tea","count":2}""")]
    [InlineData(typeof(QueueSamples.Typed), """{"item":"tea","count":2}""", "2 tea")]
    [InlineData(typeof(QueueSamples.Binary), "plain", "plain")]
    public async Task Message_WhoseFunctionSucceeds_IsBoundAndDeleted(Type functions, string message, string expected)
    {
        var rig = new QueueRig(azurite);
        await using var host = await rig.StartAsync(functions);

        await rig.SendAsync(message);
        await rig.WhenGoneAsync();

        Assert.Equal([expected], rig.Journal.Lines);
        Assert.Contains($"Queues   {rig.Name} of http://127.0.0.1:", host.Log.ToString());
    }

    [Fact]
    public async Task Queue_ThatNobodyHasMade_IsToldOfOnceAndReadWhenItIsThere()
    {
        var rig = new QueueRig(azurite);
        await using var host = await rig.StartAsync(typeof(QueueSamples.Text));
        await Eventually.HoldsAsync("the missing queue is logged", () => host.Log.ToString().Contains($"There is no queue {rig.Name}, which function Text reads"));
        Assert.False(await rig.Queue.ExistsAsync());

        await rig.SendAsync("first");
        await rig.WhenGoneAsync();

        Assert.Equal(["first"], rig.Journal.Lines);
        Assert.Equal(2, host.Log.ToString().Split("There is no queue").Length);
    }

    [Fact]
    public async Task Message_InBase64_IsDecoded()
    {
        var rig = new QueueRig(azurite) { Options = new() };
        await using var host = await rig.StartAsync(typeof(QueueSamples.Text));

        await rig.SendAsync(Convert.ToBase64String("grüße"u8));
        await rig.WhenGoneAsync();

        Assert.Equal(["grüße"], rig.Journal.Lines);
    }

    [Fact]
    public async Task Message_ThatIsNotTheBase64ItShouldBe_GoesToThePoisonQueueUnseen()
    {
        var rig = new QueueRig(azurite) { Options = new() };
        await rig.SendAsync("{}");

        await using var host = await rig.StartAsync(typeof(QueueSamples.Text));
        await rig.WhenPoisonAsync();

        Assert.Empty(rig.Journal.Lines);
        Assert.Equal("{}", (await rig.Poison.PeekMessageAsync()).Value.MessageText);
    }

    [Fact]
    public async Task Messages_MoreThanABatch_AllRun()
    {
        var rig = new QueueRig(azurite) { Options = new() { BatchSize = 4, NewBatchThreshold = 0, MessageEncoding = QueueEncoding.None } };
        foreach (var number in Enumerable.Range(0, 10))
            await rig.SendAsync($"{number}");

        await using var host = await rig.StartAsync(typeof(QueueSamples.Text));
        await rig.WhenGoneAsync();

        Assert.Equal(Enumerable.Range(0, 10), rig.Journal.Lines.Select(int.Parse).Order());
    }

    [Fact]
    public async Task Function_ThatThrowsTwice_GetsTheMessageAgainAfterTheVisibilityTimeout()
    {
        var rig = new QueueRig(azurite) { Options = QueueRig.Quick with { VisibilityTimeout = TimeSpan.FromSeconds(1) } };
        await rig.SendAsync("x");

        await using var host = await rig.StartAsync(typeof(QueueSamples.ThirdTime));
        await rig.WhenGoneAsync();

        var times = rig.Journal.Lines.Select(long.Parse).ToArray();
        Assert.Equal(3, times.Length);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.InRange(TimeProvider.System.GetElapsedTime(pair.First, pair.Second).TotalSeconds, 0.9, 20));
        Assert.False(await rig.Poison.ExistsAsync());
    }

    [Fact]
    public async Task Function_ThatThrowsEveryTime_SendsTheMessageToThePoisonQueue()
    {
        var rig = new QueueRig(azurite);
        await rig.SendAsync("secret text");

        await using var host = await rig.StartAsync(typeof(QueueSamples.Never));
        await rig.WhenPoisonAsync();
        await rig.WhenGoneAsync();

        Assert.Equal(5, rig.Journal.Lines.Count);
        Assert.Equal("secret text", (await rig.Poison.PeekMessageAsync()).Value.MessageText);
        await Eventually.HoldsAsync("the move is logged", () => host.Log.ToString().Contains($"was moved to {rig.Name}-poison: its function failed too often."));
        var log = host.Log.ToString();
        Assert.Equal([1, 1, 1, 1, 0], Enumerable.Range(1, 5).Select(n => log.Split($"time {n} of 5").Length - 1));
        Assert.Contains("for the last time", log);
        Assert.DoesNotContain("secret", log);
    }

    [Fact]
    public async Task Function_ThatRunsLongerThanTheLease_IsNotRunAgain()
    {
        var rig = new QueueRig(azurite) { Lease = new(TimeSpan.FromSeconds(4)) };
        await rig.SendAsync("x");

        await using var host = await rig.StartAsync(typeof(QueueSamples.Slow));
        await rig.WhenGoneAsync();

        Assert.Equal(["x"], rig.Journal.Lines);
    }

    [Fact]
    public async Task Stop_OfTheHost_LetsTheFunctionFinish()
    {
        var rig = new QueueRig(azurite);
        await rig.SendAsync("x");
        var host = await rig.StartAsync(typeof(QueueSamples.Held));
        await Eventually.HoldsAsync("the function runs", () => !rig.Journal.Lines.IsEmpty);

        var stopped = host.DisposeAsync().AsTask();
        rig.Journal.Release.SetResult();
        await stopped;

        Assert.Equal(["begun", "ended"], rig.Journal.Lines);
        QueueProperties left = await rig.Queue.GetPropertiesAsync();
        Assert.Equal(0, left.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Stop_ThatCannotWait_CancelsTheFunctionAndTheNextHostGetsTheMessage()
    {
        var rig = new QueueRig(azurite);
        await rig.SendAsync("x");
        await using (var host = await rig.StartAsync(typeof(QueueSamples.Held)))
        {
            await Eventually.HoldsAsync("the function runs", () => !rig.Journal.Lines.IsEmpty);
            await host.Host.Services.GetRequiredService<QueueRunner>().StopAsync(new CancellationToken(canceled: true));
            Assert.Equal(["begun"], rig.Journal.Lines);
        }

        rig.Journal.Release.SetResult();
        await using var next = await rig.StartAsync(typeof(QueueSamples.Held));
        await rig.WhenGoneAsync();

        Assert.Equal(["begun", "begun", "ended"], rig.Journal.Lines);
    }
}
