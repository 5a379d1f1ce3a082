using System.Collections.Immutable;

namespace Lifecycle.Tests.State;

/// <summary>What a user session remembers of starts.</summary>
public sealed class UserSessionTests
{
    static DateTimeOffset At(double minutes) => Walk.Start.AddMinutes(minutes);

    [Fact]
    public void ToTell_IsWhatWasFoundAndWhatWasStartedLately_EachOnce()
    {
        var session = UserSession.Empty.With("a", At(0)).With("b", At(1)).With("a", At(2));
        ImmutableArray<ToldApp> found = [new("b", Policy.Default), new("c", Policy.Default)];
        Assert.Equal([("b", true), ("c", true), ("a", false)], session.ToTell(found).Select(app => (app.PackageName, app.Policy is not null)));
    }

    [Fact]
    public void Trimmed_ForgetsAfterAnHour_AndWhatASetBackClockLeft()
    {
        var session = UserSession.Empty.With("a", At(0)).With("b", At(30));
        Assert.Equal(At(60), session.TrimAt);
        Assert.Equal("b", Assert.Single(session.Trimmed(At(60)).Started).PackageName);
        Assert.Null(session.Trimmed(At(90)).TrimAt);
        Assert.Empty(session.Trimmed(At(-120)).Started);
    }
}
