namespace Lifecycle.Tests.State;

/// <summary>What was said to a whole user session, and which starts have not heard it.</summary>
public sealed class UserSessionTests
{
    static readonly DateTimeOffset now = At(60);

    static DateTimeOffset At(double seconds) => Walk.Start.AddSeconds(seconds);

    [Fact]
    public void UntoldSince_IsWhatWasSaidAfterTheStart_AndAStopBeforeAll()
    {
        var session = UserSession.Empty.Left(At(10));
        Assert.Equal(new UserWentAway(), session.UntoldSince(At(9), now));
        Assert.Null(session.UntoldSince(At(11), now));
        Assert.Null(session.UntoldSince(null, now));
        Assert.Null(session.Returned(At(12)).UntoldSince(At(9), now));
        Assert.Equal(new StopRequested("session_deleted"), session.Stopped(At(20)).UntoldSince(At(9), now));
        Assert.Equal(new StopRequested("session_deleted"), session.Stopped(At(20)).UntoldSince(At(20), now));
        Assert.Null(session.Stopped(At(20)).UntoldSince(At(21), now));
    }

    // Everything may come twice and late: the second copy of 'away' after 'back' would have left a start asleep until the user came back once more.
    [Fact]
    public void UntoldSince_WhatCameTwiceOrLate_IsWhatWasSaidLast()
    {
        Assert.Null(UserSession.Empty.Left(At(10)).Returned(At(12)).Left(At(10)).UntoldSince(At(9), now));
        Assert.Null(UserSession.Empty.Returned(At(12)).Left(At(10)).UntoldSince(At(9), now));
        Assert.Equal(new UserWentAway(), UserSession.Empty.Returned(At(12)).Left(At(13)).Stopped(At(8)).UntoldSince(At(9), now));
    }

    // After a step back of four minutes no start of a user session that had been deleted would have lived for as long.
    [Fact]
    public void UntoldSince_WhatWasSaidInTheFuture_IsNothing()
    {
        var session = UserSession.Empty.Stopped(At(240)).Left(At(240));
        Assert.Null(session.UntoldSince(At(1), At(2)));
    }

    [Fact]
    public void ForgetAt_IsAnHourAfterWhatWasSaidLast()
    {
        Assert.Null(UserSession.Empty.ForgetAt);
        Assert.Equal(At(3_612), UserSession.Empty.Left(At(10)).Returned(At(12)).ForgetAt);
        Assert.Equal(At(3_610), UserSession.Empty.Left(At(10)).ForgetAt);
        Assert.Equal(At(3_620), UserSession.Empty.Stopped(At(10)).Left(At(20)).ForgetAt);
        Assert.Equal(At(3_630), UserSession.Empty.Left(At(10)).Stopped(At(30)).ForgetAt);
    }
}
