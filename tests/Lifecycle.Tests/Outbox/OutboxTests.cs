using System.Text.Json;

namespace Lifecycle.Tests.Outboxes;

public sealed class OutboxTests
{
    static readonly EventDraft draft = new(OutboxDestination.Events, "t", "/s", null, new { X = 1 });

    static Outbox With(int records, Outbox? outbox = null) => (outbox ?? Outbox.Empty).With(Walk.Id, Walk.Start, Enumerable.Repeat(draft, records));

    static Outbox Told(Outbox outbox, int records) => outbox.SentUpTo(outbox.Records[records - 1].Sequence);

    [Fact]
    public void With_TwoDrafts_NumbersThemFromTheTimeAndGivesEachAnId()
    {
        var outbox = With(2);
        Assert.Equal([Walk.Start.ToUnixTimeMilliseconds(), Walk.Start.ToUnixTimeMilliseconds() + 1], outbox.Records.Select(r => r.Sequence));
        Assert.Equal(2, outbox.Records.Select(r => r.Id).Distinct().Count());
        Assert.Equal(outbox, With(2)); // derived from nothing else
        Assert.NotEqual(outbox.Records[0].Id, Outbox.Empty.With(Walk.Id with { SessionId = "s2" }, Walk.Start, [draft]).Records[0].Id);
    }

    [Fact]
    public void With_LaterInTheSameLife_GoesOnByOne()
    {
        var outbox = Told(With(1), 1).With(Walk.Id, Walk.Start.AddHours(1), [draft]);
        Assert.Equal(Walk.Start.ToUnixTimeMilliseconds() + 1, Assert.Single(outbox.Records).Sequence);
    }

    [Fact]
    public void Sendable_OfRecordsThatAreNotCommitted_IsEmpty()
    {
        var committed = With(2);
        var outbox = With(1, committed);
        Assert.Equal(2, outbox.Sendable(committed.LastSequence).Length);
        Assert.Empty(outbox.Sendable(0));
    }

    [Fact]
    public void Planned_WithSomethingLeft_SignalsOnceAndOnlyTheAwaitedSignalEndsTheWait()
    {
        var outbox = With(1).Planned();
        Assert.Equal(new FlushSignal(1), outbox.Pending);
        Assert.Same(outbox, outbox.Planned());
        Assert.Empty(outbox.Sendable(outbox.LastSequence));
        Assert.Same(outbox, outbox.Arrived(7));
        Assert.Null(outbox.Arrived(1).Pending);
        Assert.Equal(2, outbox.Arrived(1).Planned().Pending!.Token);
    }

    [Fact]
    public void Planned_WithNothingLeftOrATimerToCome_DoesNotSignal()
    {
        Assert.Null(Outbox.Empty.Planned().Pending);
        Assert.Null((With(1) with { TimerComes = true }).Planned().Pending);
    }

    [Fact]
    public void Sent_AsManyAsOneOperationSends_DoesNotWaitForATimerWithTheRest()
    {
        var outbox = Told(With(Outbox.AtOnce + 1) with { TimerComes = true }, Outbox.AtOnce).Planned();
        Assert.Single(outbox.Records);
        Assert.NotNull(outbox.Pending);
    }

    [Fact]
    public void Failed_AgainAndAgain_WaitsOneToSixtySecondsAndKeepsEverything()
    {
        var outbox = With(3);
        for (var i = 0; i < 200; i++)
        {
            outbox = outbox.Arrived(outbox.LastToken).Unsent(Walk.Id, Walk.Start, DurableBackend.Exact);
            Assert.InRange(outbox.Pending!.At!.Value - Walk.Start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
            Assert.Equal(i + 1, outbox.Failures);
            Assert.Equal(3, outbox.Records.Length);
        }

        Assert.Equal(0, Told(outbox, 1).Failures);
    }

    // A record that the queue never takes kept every later event of its session back, for ever.
    [Fact]
    public void Refused_ForWhatItIs_IsSetAsideTheFifthTimeAndTheNextGoesOn()
    {
        var outbox = With(3);
        var first = outbox.Records[0];
        for (var tries = 1; tries < Outbox.MostRefusals; tries++)
        {
            outbox = outbox.Arrived(outbox.LastToken).Refused(out var none).Unsent(Walk.Id, Walk.Start, DurableBackend.Exact);
            Assert.Null(none);
            Assert.Equal(3, outbox.Records.Length);
        }

        outbox = outbox.Arrived(outbox.LastToken).Refused(out var aside);
        Assert.Equal(first, aside);
        Assert.Equal((2, 0, 0), (outbox.Records.Length, outbox.Refusals, outbox.Failures));
        Assert.Null(outbox.Planned().Pending!.At); // at once
    }

    [Fact]
    public void Failed_OnAzureStorage_SignalsAtWholeSecondsAndAMargin()
    {
        var wait = With(1).Unsent(Walk.Id, Walk.Start, DurableBackend.AzureStorage).Pending!.At!.Value - Walk.Start;
        Assert.Equal(75, wait.TotalMilliseconds % 1000, 3);
    }

    // A fleet whose queue was away must not come back as one.
    [Fact]
    public void Failed_InManySessionsAtTheCap_SpreadsTheirTries()
    {
        var waits = Enumerable.Range(0, 1_000).Select(n => FlushSchedule.NextMs(new($"s{n}", "p"), 1, 9, 60_000)).ToList();
        Assert.InRange(waits.Count(w => w < 30_500), 400, 600);
        Assert.True(waits.Count(w => w > 59_000) < 40);
    }

    [Fact]
    public void StoredForm_ThereAndBack_IsTheSameAndSmallWhenNothingWaits()
    {
        var options = JsonSerializerOptions.Web;
        var outbox = With(2).Unsent(Walk.Id, Walk.Start, DurableBackend.Exact) with { TimerComes = true };
        var stored = JsonSerializer.Serialize(outbox, options);
        Assert.Equal(outbox, JsonSerializer.Deserialize<Outbox>(stored, options));
        Assert.DoesNotContain("\\u0022", stored); // a body is JSON in JSON, not a text in JSON
        Assert.InRange(JsonSerializer.Serialize(Told(With(1), 1), options).Length, 1, 64);
    }

    // Whatever was counted on to empty it never came: a killed host's step that nobody did again, say.
    [Fact]
    public void OverdueToken_LongAfterItShouldHaveBeenEmptied_IsTheOneThatIsAwaited()
    {
        var waiting = With(1) with { TimerComes = true };
        Assert.Null(waiting.OverdueToken(Walk.Start + Outbox.Forgotten));
        Assert.Equal(waiting.LastToken, waiting.OverdueToken(Walk.Start + Outbox.Forgotten + TimeSpan.FromSeconds(1)));
        var failing = With(1).Unsent(Walk.Id, Walk.Start, DurableBackend.Exact);
        Assert.Null(failing.OverdueToken(failing.Pending!.At!.Value + Outbox.Forgotten));
        Assert.Equal(failing.Pending.Token, failing.OverdueToken(failing.Pending.At.Value + Outbox.Forgotten + TimeSpan.FromSeconds(1)));
        Assert.Null(Outbox.Empty.OverdueToken(Walk.Start.AddDays(9)));
    }

    [Fact]
    public void SentUpTo_WhatIsNotThereAnyMore_ChangesNothing() => Assert.Equal(With(2), With(2).SentUpTo(0));
}
