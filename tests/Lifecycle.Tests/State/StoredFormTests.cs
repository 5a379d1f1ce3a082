using System.Text.Json;

namespace Lifecycle.Tests.State;

/// <summary>What is stored today must be readable by every later version.</summary>
public sealed class StoredFormTests
{
    public static TheoryData<AppState> States() => [.. AppStates.All];

    [Theory]
    [MemberData(nameof(States))]
    public void AppSession_RoundTrips(AppState state)
    {
        var session = Walk.In(state);
        Assert.Equal(session, JsonSerializer.Deserialize<AppSession>(JsonSerializer.Serialize(session)));
    }

    [Fact]
    public void Schema1_IsStillRead()
    {
        const string Stored =
            """
            {"Schema":1,"State":"GRACE_PERIOD","Since":"2026-01-01T00:00:01+00:00","Epoch":3,"CorrelationId":"c1","InstanceId":"i1",
             "Subscriptions":{"Version":1,"Streams":["audio","text"]},"Deadline":"2026-01-01T00:00:07+00:00","LostAt":"2026-01-01T00:00:01+00:00",
             "KeptUntil":"2026-01-01T00:02:07+00:00","Released":false,"Away":false,"Reason":"socket_lost",
             "Tally":{"Connects":1,"Reconnects":0,"Graces":1,"Expired":0,"Webhooks":0,"FalseResurrections":0,"Stale":0},"Closed":["c1"],
             "Trail":[{"State":"STARTING","At":"2026-01-01T00:00:00+00:00","Reason":"start_requested"}]}
            """;
        var session = JsonSerializer.Deserialize<AppSession>(Stored)!;
        Assert.Equal((AppState.GracePeriod, 3L, 1), (session.State, session.Epoch, session.Tally.Graces));
        Assert.Equal(["audio", "text"], session.Subscriptions.Names());
        Assert.Equal(AppState.Running, session.On(new Connected("c2"), 2_000).State);
    }

    [Fact]
    public void Memberships_RoundTrip()
    {
        var renewing = Walk.Running() with { Groups = (Memberships.Of(Walk.Start) with { Unleft = ["old"] }).Renewed("audio", Walk.Start.AddDays(1)) };
        Assert.Equal(renewing, JsonSerializer.Deserialize<AppSession>(JsonSerializer.Serialize(renewing)));
        Assert.NotEqual(renewing, Walk.Running());
    }

    // It joined without a ttl and stored no times: of more than a hundred streams the service has dropped some.
    [Fact]
    public void Schema1_WithoutJoinTimes_IsJoinedAnew()
    {
        const string Stored =
            """
            {"Schema":1,"State":"RUNNING","Since":"2026-01-01T00:00:01+00:00","Epoch":3,"CorrelationId":"c1","InstanceId":"i1",
             "Attachment":{"ConnectionId":"c1","InstanceId":"i1","AttachedAt":"2026-01-01T00:00:01+00:00","Resumed":true,"GroupsUnsure":false},
             "Subscriptions":{"Version":1,"Streams":["audio","text"]}}
            """;
        var session = JsonSerializer.Deserialize<AppSession>(Stored)!;
        Assert.Equal(Memberships.Unknown, session.Groups);
        Assert.NotNull(Lifecycle.Rules.RenewalOf(Walk.Id, session, Walk.Start.AddSeconds(2)));
        var renewed = session.Decide(new GroupsDue(), 2_000);
        var back = session.On(new Disconnected("c1"), 2_000).Decide(new Connected("c2", "i1"), 2_100);
        foreach (var decision in new[] { renewed, back })
        {
            Assert.Equal(["audio", "text"], decision.Of<JoinGroups>().Single().Join.AsEnumerable());
            Assert.NotNull(decision.Session.Groups.JoinedAt);
        }
    }

    [Fact]
    public void Closed_RemembersTheLastOnes()
    {
        var session = Enumerable.Range(0, 20).Aggregate(Walk.Running(), (s, n) => s.WithClosed($"old{n}"));
        Assert.Equal(AppSession.RememberedClosed, session.Closed.Length);
        Assert.True(session.HasClosed("old19"));
        Assert.False(session.HasClosed("old0"));
    }
}
