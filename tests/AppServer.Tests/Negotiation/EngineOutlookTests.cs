using Lifecycle.Sdk.Negotiation;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Negotiation;

public class EngineOutlookTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    static readonly EngineWord Word = new(TimeSpan.FromSeconds(13), null);

    readonly FakeTimeProvider _time = new();
    readonly TaskCompletionSource<NegotiateOutcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly EngineOutlook _outlook;
    int _asked;

    public EngineOutlookTests() => _outlook = new EngineOutlook(_time);

    [Fact]
    public async Task AskAsync_ManyAtOnce_OneFindsOutForAll()
    {
        var asks = Enumerable.Range(0, 50).Select(_ => _outlook.AskAsync(Ask, Limit)).ToArray();
        _answer.SetResult(Redirect());
        Assert.All(await Task.WhenAll(asks), word => Assert.Equal(Word, word));
        Assert.Equal(Word, await _outlook.AskAsync(Ask, Limit));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task AskAsync_ASecondLater_AsksAnew()
    {
        _answer.SetResult(Redirect());
        await _outlook.AskAsync(Ask, Limit);
        _time.Advance(EngineOutlook.Fresh);
        await _outlook.AskAsync(Ask, Limit);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task AskAsync_SomebodyWasAnsweredJustNow_AsksNobody()
    {
        _outlook.Heard(new NegotiateOutcome.Retry(new RefusedAttempt(RefusalCode.EngineBusy, "", TimeSpan.FromSeconds(20))));
        Assert.Equal(new EngineWord(null, TimeSpan.FromSeconds(20)), await _outlook.AskAsync(Ask, Limit));
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task AskAsync_NobodyAnswers_EndsAtTheLimitForAll()
    {
        var asks = new[] { _outlook.AskAsync(Ask, Limit), _outlook.AskAsync(Ask, Limit) };
        while (Volatile.Read(ref _asked) == 0) await Task.Yield();
        _time.Advance(Limit);
        Assert.All(await Task.WhenAll(asks), word => Assert.Null(word));
    }

    [Fact]
    public async Task AskAsync_TheCallFailsWhileSomebodyElseIsAnswered_TakesThatAnswer()
    {
        var ask = _outlook.AskAsync(Ask, Limit);
        _outlook.Heard(Redirect());
        _answer.SetException(new HttpRequestException("gone"));
        Assert.Equal(Word, await ask);
    }

    [Fact]
    public async Task AskAsync_TheCallFails_IsNoWord()
    {
        _answer.SetException(new ObjectDisposedException("http"));
        Assert.Null(await _outlook.AskAsync(Ask, Limit));
    }

    [Theory]
    [InlineData(401, null)]
    [InlineData(503, null)]
    [InlineData(500, 3.0)]
    public void Of_OtherRefusals_SaysNothing(int status, double? seconds)
    {
        var after = seconds is { } value ? TimeSpan.FromSeconds(value) : (TimeSpan?)null;
        Assert.Null(EngineWord.Of(new NegotiateOutcome.Retry(new RefusedAttempt($"http_{status}", "", after))));
    }

    static NegotiateOutcome Redirect() => new NegotiateOutcome.Redirect(new Uri("http://s/"), "t", Word.AckWithin);

    Task<NegotiateOutcome> Ask(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        return _answer.Task;
    }
}
