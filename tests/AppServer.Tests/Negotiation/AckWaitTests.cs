using Lifecycle.Sdk.Negotiation;

namespace Lifecycle.Sdk.Tests.Negotiation;

public class AckWaitTests
{
    static readonly TimeSpan Standard = Seconds(5);

    [Fact]
    public void For_NothingPromised_WaitsTheStandardOnce()
    {
        var wait = AckWait.For(null, Standard, 0);
        Assert.Equal(Standard, wait.First(() => 0));
        Assert.Null(wait.Late(Standard, new EngineWord(Seconds(60), null), () => 0).Next);
    }

    [Fact]
    public void First_AnyRandomness_SpreadsUpToAFifthAboveThePromise()
    {
        var wait = AckWait.For(Seconds(20), Standard, 0);
        Assert.Equal([Seconds(20), Seconds(22), Seconds(24)], new[] { 0.0, 0.5, 1.0 }.Select(random => wait.First(() => random)));
    }

    [Fact]
    public void For_AttemptsWithoutAck_GrowsToTheFourfold()
    {
        var firsts = new[] { 0, 1, 2, 3, 4, 1_000 }.Select(unanswered => AckWait.For(Seconds(5), Standard, unanswered).First(() => 0).TotalSeconds);
        Assert.Equal([5, 7.5, 11.25, 16.875, 20, 20], firsts);
        Assert.Equal(AckWait.Most, AckWait.For(AckWait.Most, Standard, 9).First(() => 0));
    }

    [Fact]
    public void Late_EngineKeepsUp_GivesUpAfterTwiceThePromise()
    {
        var (wait, next) = AckWait.For(Seconds(5), Standard, 0).Late(Seconds(5), Promise(5), () => 0);
        Assert.Equal(Seconds(5), next);
        Assert.Null(wait.Late(Seconds(10), Promise(5), () => 0).Next);
    }

    [Fact]
    public void Late_EngineBehind_WaitsOnForWhatIsPromisedNow()
    {
        var (wait, next) = AckWait.For(Seconds(5), Standard, 0).Late(Seconds(5), Promise(13), () => 0);
        Assert.Equal(Seconds(13), next);
        Assert.Equal(Seconds(39), wait.Late(Seconds(18), Promise(39), () => 0).Next);
    }

    // What is known of a long queue is forgotten before the queue has passed: everybody gave up shortly before the ack.
    [Fact]
    public void Late_PromiseFalls_RemembersTheHighest()
    {
        var (wait, _) = AckWait.For(Seconds(120), Standard, 0).Late(Seconds(120), Promise(20), () => 0);
        Assert.Equal(Seconds(20), wait.Late(Seconds(260), Promise(20), () => 0).Next);
        Assert.Null(wait.Late(Seconds(260), Promise(5), () => 0).Next);
    }

    [Fact]
    public void Late_EngineBusy_WaitsForRetryAfterAndNeverADay()
    {
        var wait = AckWait.For(Seconds(5), Standard, 0);
        Assert.Equal(Seconds(33), wait.Late(Seconds(100), new EngineWord(null, Seconds(30)), () => 0.5).Next);
        Assert.Equal(Seconds(300), wait.Late(Seconds(100), new EngineWord(null, TimeSpan.FromDays(1)), () => 0).Next);
        Assert.Equal(AckWait.Least, wait.Late(Seconds(100), new EngineWord(null, TimeSpan.Zero), () => 0).Next);
    }

    [Fact]
    public void Late_NobodySays_CountsWhatWasPromisedBefore()
    {
        var (wait, next) = AckWait.For(Seconds(8), Standard, 0).Late(Seconds(8), null, () => 0);
        Assert.Equal(Seconds(8), next);
        Assert.Null(wait.Late(Seconds(16), null, () => 0).Next);
    }

    [Fact]
    public void Late_AnyWords_EndsAfterTenMinutes()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var wait = AckWait.For(Seconds(5 + (115 * random.NextDouble())), Standard, random.Next(5));
            var waited = TimeSpan.Zero;
            for (TimeSpan? round = wait.First(random.NextDouble); round is { } time;)
            {
                Assert.True(time >= AckWait.Least, $"seed {seed}: {time}");
                waited += time;
                EngineWord? word = random.Next(3) switch { 0 => null, 1 => Promise(5 + (115 * random.NextDouble())), _ => new EngineWord(null, Seconds(40 * random.NextDouble())) };
                (wait, round) = wait.Late(waited, word, random.NextDouble);
            }
            Assert.InRange(waited, TimeSpan.Zero, AckWait.Most * 1.2);
        }
    }

    static EngineWord Promise(double seconds) => new(Seconds(seconds), null);

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
