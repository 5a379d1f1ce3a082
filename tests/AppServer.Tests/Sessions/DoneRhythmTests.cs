using Lifecycle.Sdk.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Sessions;

public class DoneRhythmTests
{
    readonly FakeTimeProvider _time = new();
    readonly DoneRhythm _rhythm;

    public DoneRhythmTests() => _rhythm = new DoneRhythm(_time);

    [Fact]
    public void Wait_NothingUntold_HasNoEnd() => Assert.Null(_rhythm.Wait(0));

    [Fact]
    public void Wait_FirstHandled_IsTheLatest()
    {
        _rhythm.Handled(1, isPrompt: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        _rhythm.Handled(2, isPrompt: false);
        Assert.Equal(TimeSpan.FromSeconds(1.5), _rhythm.Wait(2));
    }

    [Theory]
    [InlineData(31, 2.5)]
    [InlineData(32, 0)]
    public void Wait_Many_IsOver(int untold, double seconds)
    {
        _rhythm.Handled(1, isPrompt: false);
        Assert.Equal(TimeSpan.FromSeconds(seconds), _rhythm.Wait(untold));
    }

    [Fact]
    public void Wait_ManyRightBehindACall_IsTheSpacing()
    {
        _rhythm.Saying();
        _time.Advance(TimeSpan.FromSeconds(0.3));
        _rhythm.Handled(1, isPrompt: false);
        Assert.Equal(TimeSpan.FromSeconds(0.7), _rhythm.Wait(40));
    }

    [Fact]
    public void Wait_SomebodyAsks_IsOverWhateverWasSaid()
    {
        _rhythm.Saying();
        _rhythm.Ask();
        Assert.Equal(TimeSpan.Zero, _rhythm.Wait(0));
        _rhythm.Saying();
        Assert.Null(_rhythm.Wait(0));
    }

    [Fact]
    public void Wait_Leaving_IsFiveASecond()
    {
        _rhythm.Leave();
        _rhythm.Handled(1, isPrompt: false);
        Assert.Equal(TimeSpan.Zero, _rhythm.Wait(1));
        _rhythm.Saying();
        Assert.Equal(TimeSpan.FromSeconds(0.2), _rhythm.Wait(1));
    }

    [Fact]
    public void Wait_CallsFail_DoublesToHalfAMinuteUntilOneIsHeard()
    {
        List<double> waits = [];
        _rhythm.Handled(1, isPrompt: false);
        for (var i = 0; i < 6; i++)
        {
            _rhythm.Saying();
            _rhythm.Failed();
            waits.Add(_rhythm.Wait(1)!.Value.TotalSeconds);
        }
        Assert.Equal([2.5, 5, 10, 20, 30, 30], waits);
        _rhythm.Cheer();
        Assert.Equal(TimeSpan.FromSeconds(2.5), _rhythm.Wait(1));
    }
}
