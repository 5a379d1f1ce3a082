using Lifecycle.Sdk.Webhooks;

namespace Lifecycle.Sdk.Tests.Webhooks;

public class WebhookDeduplicatorTests
{
    readonly WebhookDeduplicator _seen = new(capacity: 2);
    int _runs;

    [Fact]
    public async Task RunOnceAsync_SameId_HandlesOnce()
    {
        Assert.Equal((WebhookAnswer.Accepted, false), await RunAsync("a"));
        Assert.Equal((WebhookAnswer.Accepted, true), await RunAsync("a"));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task RunOnceAsync_RepeatDuringTheFirst_WaitsForItsAnswer()
    {
        var answer = new TaskCompletionSource<WebhookAnswer>();
        var first = _seen.RunOnceAsync("a", () => answer.Task);
        var second = _seen.RunOnceAsync("a", () => throw new InvalidOperationException("ran twice"));
        answer.SetResult(WebhookAnswer.Accepted);
        Assert.False((await first).IsRepeat);
        Assert.True((await second).IsRepeat);
    }

    [Fact]
    public async Task RunOnceAsync_AnswerNotAccepted_IsAskedAgain()
    {
        await RunAsync("a", WebhookAnswer.Busy());
        Assert.False((await RunAsync("a")).IsRepeat);
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task RunOnceAsync_HandlerThrows_IsAskedAgain()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _seen.RunOnceAsync("a", () => throw new InvalidOperationException()));
        Assert.False((await RunAsync("a")).IsRepeat);
    }

    [Fact]
    public async Task RunOnceAsync_BeyondCapacity_ForgetsTheOldest()
    {
        foreach (var id in new[] { "a", "b", "c" }) await RunAsync(id);
        Assert.True((await RunAsync("b")).IsRepeat);
        Assert.True((await RunAsync("c")).IsRepeat);
        Assert.False((await RunAsync("a")).IsRepeat);
    }

    Task<(WebhookAnswer Answer, bool IsRepeat)> RunAsync(string id, WebhookAnswer? answer = null) => _seen.RunOnceAsync(id, () =>
    {
        _runs++;
        return Task.FromResult(answer ?? WebhookAnswer.Accepted);
    });
}
