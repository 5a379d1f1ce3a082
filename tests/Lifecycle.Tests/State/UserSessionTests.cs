namespace Lifecycle.Tests.State;

/// <summary>What was said to a whole user session, and which starts have not heard it.</summary>
public sealed class UserSessionTests
{
    static DateTimeOffset At(double seconds) => Walk.Start.AddSeconds(seconds);

    [Fact]
    public void UntoldSince_IsWhatWasSaidAfterTheStart_AndAStopBeforeAll()
    {
        var session = UserSession.Empty.Left(At(10));
        Assert.Equal(new UserWentAway(), session.UntoldSince(At(9)));
        Assert.Null(session.UntoldSince(At(11)));
        Assert.Null(session.UntoldSince(null));
        Assert.Null(session.Returned().UntoldSince(At(9)));
        Assert.Equal(new StopRequested("session_deleted"), session.Stopped(At(20)).UntoldSince(At(9)));
        Assert.Equal(new StopRequested("session_deleted"), session.Stopped(At(20)).UntoldSince(At(20)));
        Assert.Null(session.Stopped(At(20)).UntoldSince(At(21)));
    }

    [Fact]
    public void ForgetAt_IsAnHourAfterWhatWasSaidLast()
    {
        Assert.Null(UserSession.Empty.ForgetAt);
        Assert.Null(UserSession.Empty.Left(At(10)).Returned().ForgetAt);
        Assert.Equal(At(3_610), UserSession.Empty.Left(At(10)).ForgetAt);
        Assert.Equal(At(3_620), UserSession.Empty.Stopped(At(10)).Left(At(20)).ForgetAt);
        Assert.Equal(At(3_630), UserSession.Empty.Left(At(10)).Stopped(At(30)).ForgetAt);
    }
}
