using System.Text.Json;

namespace Lifecycle.Tests.Schedules;

public sealed class PaceWindowTests
{
    static PaceWindow Of(IEnumerable<(double SentAt, double TookMs, bool Accepted)> answers, double since = 0) => answers
        .OrderBy(answer => answer.SentAt + (answer.TookMs / 1_000))
        .Aggregate(new PaceWindow { Since = Walk.Start.AddSeconds(since) }, (window, answer) => window.With(new(Walk.Start.AddSeconds(answer.SentAt), Walk.Start.AddSeconds(answer.SentAt).AddMilliseconds(answer.TookMs), answer.TookMs, answer.Accepted)));

    [Theory]
    [InlineData(20, 5)]
    [InlineData(150, 100)]
    public void Growth_OfAQueue_TellsWhatTheAppTakes(double asked, double takes)
    {
        var window = Of(Enumerable.Range(0, (int)asked).Select(n => (n / asked, 300 + (n * ((1_000 / takes) - (1_000 / asked))), true)));
        Assert.Equal(takes, asked / (1 + window.Growth), 2);
        Assert.Equal(300, window.BeginMs, 2);
    }

    [Fact]
    public void Growth_OfAQueueThatEmpties_IsBelowZero() =>
        Assert.Equal(-0.5, Of(Enumerable.Range(0, 20).Select(n => (n / 20.0, 900 - (n * 25.0), true))).Growth, 2);

    [Fact]
    public void Growth_OfAnswersThatOnlyVary_IsNone()
    {
        var window = Of(Enumerable.Range(0, 40).Select(n => (n / 40.0, 300 * Math.Pow(3, (2 * StableHash.Uniform(Walk.Id, "noise", n)) - 1), true)));
        Assert.Equal(0, window.Growth);
        Assert.InRange(window.ErrorMs, 10, 80);
    }

    [Fact]
    public void With_OfAWebhookOfAnEarlierPace_SaysNothing()
    {
        var window = Of([(0.5, 600, true), (0.99, 100, true), (1, 300, true), (1.1, 300, false)], since: 1);
        Assert.Equal((1, 1, 0.5, 300.0), (window.Accepted, window.Failed, window.FailedShare, window.MeanMs));
        Assert.Equal(10, window.SentPerSecond, 3);
    }

    [Fact]
    public void IsFull_NeedsMostOfASecondOrSomeRefusals()
    {
        Assert.False(Of(Enumerable.Range(0, 100).Select(n => (n / 200.0, 300.0, true))).IsFull);
        Assert.True(Of(Enumerable.Range(0, 100).Select(n => (n / 100.0, 300.0, true))).IsFull);
        Assert.False(Of(Enumerable.Range(0, 3).Select(n => ((double)n, 300.0, true))).IsFull);
        Assert.True(Of(Enumerable.Range(0, 3).Select(n => (n / 200.0, 10.0, false))).IsFull);
    }

    // An engine that had stood still told all of them in one moment.
    [Fact]
    public void IsFull_OfAnswersThatAreHeardTogether_GoesByWhenTheirWebhooksWentOut()
    {
        var window = Enumerable.Range(0, 20).Aggregate(
            new PaceWindow { Since = Walk.Start }, (known, n) => known.With(new(Walk.Start.AddSeconds(n / 20.0), Walk.Start.AddSeconds(9), 300, true)));
        Assert.True(window.IsFull);
        Assert.Equal(20, window.SentPerSecond, 3);
    }

    [Fact]
    public void Window_ThatIsStored_IsTheSame()
    {
        var window = Of(Enumerable.Range(0, 30).Select(n => (n / 30.0, 300.0 + n, n % 7 != 0)));
        Assert.Equal(window, JsonSerializer.Deserialize<PaceWindow>(JsonSerializer.Serialize(window)));
    }
}
