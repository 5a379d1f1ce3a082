using System.Text.Json;
using System.Text.RegularExpressions;
using Lifecycle.Simulator.Searching;

namespace Lifecycle.Simulator.Tests.Searching;

/// <summary>Whatever time or name is stored is found: one that stayed behind would make two different states one, or one state many.</summary>
public sealed partial class ReshaperTests
{
    static readonly DateTimeOffset at = SearchTime.Now.AddSeconds(-2);

    static readonly AppSession session = AppSession.None with
    {
        State = AppState.Backoff,
        Since = at,
        Deadline = at,
        LostAt = at,
        Evidence = new Evidence { SignAt = at, BackAt = at },
        Mailbox = Mailbox.Empty with { OpenSince = at, Kept = [new KeptMessage(1, at, "{}"), new KeptMessage(2, at, "{}")] },
        Life = new Life { BeganAt = at },
        Predecessor = new Predecessor("c1", null, at),
        Run = new ResurrectionRun { Id = "r1", Reason = RunReason.Start, DueAt = at, BeganAt = at, HorizonAt = at },
    };

    static readonly AppGate gate = AppGate.New with
    {
        NextSlotAt = at,
        NextStopAt = at,
        Breaker = new Breaker { OpenedAt = at, Probe = new Flight("wh_1~0", at) },
        Waiting = [new Waiter("s~0", "r1", 0, false), new Waiter("s~1", "r1", 1, false)],
        Reported = ["wh_1~0", "wh_2~1"],
        Incident = new Incident { Id = "i", Cause = IncidentCause.Unreachable, BeganAt = at, OpenedAt = at },
    };

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[^""]*")]
    private static partial Regex Times();

    [Fact]
    public void Passing_OfAStoredValue_MovesEveryTimeInIt()
    {
        var passing = SearchTime.Passing(TimeSpan.FromSeconds(3));
        string[] after = [JsonSerializer.Serialize(passing.Of(session)), JsonSerializer.Serialize(passing.Of(gate))];

        Assert.All(after, text => Assert.All(Times().Matches(text), time => Assert.Equal(SearchTime.Now.AddSeconds(-5), DateTimeOffset.Parse(time.Value, null))));
        Assert.True(Times().Count(after[0]) >= 12 && Times().Count(after[1]) >= 6);
    }

    [Fact]
    public void Passing_OfWhatIsLongAgo_StopsThere()
    {
        var passed = SearchTime.Passing(TimeSpan.FromHours(1)).Of(session);

        Assert.Equal(SearchTime.Now - SearchTime.LeftAlone, passed.Since);
        Assert.Equal(SearchTime.Now - SearchTime.LongAgo, passed.LostAt);
    }

    [Fact]
    public void Of_WithOtherNames_ChangesThemInListsAsWell()
    {
        var other = new Reshaper(null, (_, text) => text.Replace("~0", "~9", StringComparison.Ordinal)).Of(gate);

        Assert.Equal("wh_1~9 wh_2~1", string.Join(' ', other.Reported));
        Assert.Equal(["s~9", "s~1"], other.Waiting.Select(waiter => waiter.SessionId));
        Assert.Equal("wh_1~9", other.Breaker.Probe!.WebhookId);
    }

    [Fact]
    public void Of_WhatDoesNotChange_IsTheSame() => Assert.Same(gate, new Reshaper((_, time) => time, (_, text) => text).Of(gate));
}
