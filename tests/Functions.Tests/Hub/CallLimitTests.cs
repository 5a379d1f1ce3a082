using Lifecycle.Functions.Hub;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Tests.Hub;

/// <summary>
/// A SignalR service that took connections and answered nothing held an app session for a hundred seconds and more, the management
/// library's limit per call, with its reconnects and timers waiting behind.
/// </summary>
public sealed class CallLimitTests
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(5);

    readonly FakeTimeProvider time = new();

    static async Task<int> NeverAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        return 0;
    }

    [Fact]
    public async Task RunAsync_OfACallThatDoesNotEnd_EndsAtTheLimit()
    {
        var call = CallLimit.RunAsync(NeverAsync, limit, time, CancellationToken.None);
        time.Advance(limit - TimeSpan.FromMilliseconds(1));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Contains("within 5 s", (await Assert.ThrowsAsync<TimeoutException>(() => call)).Message);
    }

    [Fact]
    public async Task RunAsync_OfACallThatTheLibraryGivesUp_IsATimeoutToo() =>
        await Assert.ThrowsAsync<TimeoutException>(() => CallLimit.RunAsync<int>(_ => throw new TaskCanceledException("HttpClient.Timeout"), limit, time, CancellationToken.None));

    [Fact]
    public async Task RunAsync_OfACallThatTheCallerGivesUp_IsCancelled()
    {
        using var caller = new CancellationTokenSource();
        var call = CallLimit.RunAsync(NeverAsync, limit, time, caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task RunAsync_OfACallThatAnswers_IsItsAnswer() =>
        Assert.Equal(7, await CallLimit.RunAsync(_ => Task.FromResult(7), limit, time, CancellationToken.None));
}
