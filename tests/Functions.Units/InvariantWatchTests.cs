using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>What a judge finds is counted and logged, and what it throws too; the decision is nobody's to change here.</summary>
public sealed class InvariantWatchTests : IDisposable
{
    static readonly AppSessionId id = new("s1", "com.example.app");
    static readonly DateTimeOffset now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly StartRequested start = new();
    static readonly ProbeWanted wanted = new();

    readonly Mock<IDecisionJudge> judge = new();
    readonly FakeLogger<InvariantWatch> log = new();
    readonly Meter meter = new("invariants");
    readonly MeterListener listener = new();
    readonly List<string?> counted = [];
    readonly InvariantWatch watch;

    public InvariantWatchTests()
    {
        var metrics = new LifecycleMetrics(Mock.Of<IMeterFactory>(f => f.Create(It.IsAny<MeterOptions>()) == meter));
        watch = new InvariantWatch(judge.Object, metrics, log);
        listener.InstrumentPublished = (instrument, l) => { if (instrument.Meter == meter) { l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add((string?)tags[0].Value));
        listener.Start();
        Judging().Returns([]);
        JudgingGates().Returns([]);
    }

    public void Dispose()
    {
        listener.Dispose();
        meter.Dispose();
    }

    Moq.Language.Flow.ISetup<IDecisionJudge, ImmutableArray<BrokenInvariant>> Judging() =>
        judge.Setup(j => j.Broken(It.IsAny<AppSession>(), It.IsAny<SessionEvent>(), It.IsAny<Decision>(), It.IsAny<DateTimeOffset>(), It.IsAny<Policy>()));

    Moq.Language.Flow.ISetup<IDecisionJudge, ImmutableArray<BrokenInvariant>> JudgingGates() =>
        judge.Setup(j => j.Broken(It.IsAny<AppGate>(), It.IsAny<AppEvent>(), It.IsAny<AppDecision>(), It.IsAny<DateTimeOffset>(), It.IsAny<Policy>()));

    void JudgeStart() => watch.Judge(id, AppSession.None, start, Rules.Decide(id, AppSession.None, start, now, Policy.Default), now, Policy.Default);

    void JudgeGate() => watch.Judge(id.PackageName, AppGate.New, wanted, AppRules.Decide(id.PackageName, AppGate.New, wanted, now, Policy.Default), now, Policy.Default, false);

    string? Logged(string name) => log.LatestRecord.GetStructuredStateValue(name);

    [Fact]
    public void Judge_OfRightDecisions_CountsAndLogsNothing()
    {
        JudgeStart();
        JudgeGate();

        Assert.Empty(counted);
        Assert.Empty(log.Collector.GetSnapshot());
    }

    [Fact]
    public void Judge_OfADecisionThatBreaksTwo_CountsEachAndLogsOnceWithARecordToReplay()
    {
        Judging().Returns([new(Invariants.OneRun, "Two runs."), new(Invariants.EpochFences, "It fell.")]);

        JudgeStart();

        Assert.Equal(["one_run", "epoch_fences"], counted);
        Assert.Equal((1, 1401, LogLevel.Error), (log.Collector.Count, log.LatestRecord.Id.Id, log.LatestRecord.Level));
        Assert.Equal(("one_run, epoch_fences", "Two runs. It fell."), (Logged("Invariants"), Logged("Found")));
        Assert.True(DecisionRecord.ReadSession(Logged("Record")!)!.Replays(id));
    }

    [Fact]
    public void Judge_OfAGatesDecisionThatBreaksOne_CountsAndLogsItWithARecordToReplay()
    {
        JudgingGates().Returns([new(Invariants.OneProbe, "Two probes.")]);

        JudgeGate();

        Assert.Equal(["one_probe"], counted);
        Assert.Equal(1402, log.LatestRecord.Id.Id);
        Assert.True(DecisionRecord.ReadGate(Logged("Record")!)!.Replays);
    }

    [Fact]
    public void Judge_WhichThrows_IsCountedAndLoggedAndThrowsNothing()
    {
        Judging().Throws(new NullReferenceException("A judge has a defect."));
        JudgingGates().Throws(new InvalidOperationException("A judge has a defect."));

        JudgeStart();
        JudgeGate();

        Assert.Equal([LifecycleInstruments.Unjudged, LifecycleInstruments.Unjudged], counted);
        Assert.All(log.Collector.GetSnapshot(), record => Assert.Equal((1403, LogLevel.Error), (record.Id.Id, record.Level)));
        Assert.IsType<InvalidOperationException>(log.LatestRecord.Exception);
    }
}
