namespace Lifecycle.Tests.State;

/// <summary>The transitions that a session remembers.</summary>
public sealed class TrailTests
{
    static AppSession Moved(AppSession session, int n, AppState state) => session.MovedTo(state, "r", Walk.Start.AddSeconds(n), Blame.App);

    // An app with one session was tried every three seconds, and after half a minute nobody knew any more since when it was away.
    [Fact]
    public void MovedTo_ManyAttempts_ForgetsThoseBeforeWhatBeganThem()
    {
        AppState[] course = [AppState.Starting, AppState.Running, AppState.GracePeriod, AppState.Disconnected];
        var session = course.Select((state, n) => (state, n)).Aggregate(AppSession.None, (s, step) => Moved(s, step.n, step.state));
        for (var n = 0; n < 40; n++)
        {
            session = Moved(session, 10 + n, n % 2 == 0 ? AppState.Resurrecting : AppState.Backoff);
        }

        session = Moved(session, 100, AppState.Running);
        Assert.Equal(AppSession.RememberedSteps, session.Trail.Length);
        Assert.Equal([.. course, AppState.Resurrecting], session.Trail.Take(5).Select(step => step.State));
        Assert.Equal([AppState.Resurrecting, AppState.Backoff, AppState.Running], session.Trail.TakeLast(3).Select(step => step.State));
        Assert.Equal(session.Trail.OrderBy(step => step.At), session.Trail);
    }

    [Fact]
    public void MovedTo_WithoutAttempts_ForgetsTheOldest()
    {
        var session = Enumerable.Range(0, 30).Aggregate(AppSession.None, (s, n) => Moved(s, n, n % 2 == 0 ? AppState.Running : AppState.GracePeriod));
        Assert.Equal(Enumerable.Range(18, 12).Select(n => Walk.Start.AddSeconds(n)), session.Trail.Select(step => step.At));
    }
}
