using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.Functions.Tests.Telemetry;

/// <summary>The deployed app has every decision judged, and goes on whatever the verdict.</summary>
public sealed class InvariantTests
{
    static void Run(Func<TestApp, MetricCollector<long>, Task> test, IDecisionJudge judge) => TestApp.Run(
        async app =>
        {
            using var broken = new MetricCollector<long>(
                app.Services.GetRequiredService<IMeterFactory>(), LifecycleInstruments.MeterName, LifecycleInstruments.InvariantsBroken.Name);
            await test(app, broken);
        },
        services => services.AddSingleton(judge).AddFakeLogging().AddLogging(logging => logging.AddFilter("Lifecycle", LogLevel.Warning)));

    static List<FakeLogRecord> Logged(TestApp app, int id) =>
        [.. app.Services.GetRequiredService<FakeLogCollector>().GetSnapshot().Where(record => record.Id.Id == id)];

    static string[] Names(MetricCollector<long> broken) => [.. broken.GetMeasurementSnapshot().Select(m => (string)m.Tags["invariant"]!)];

    // Started, attached, lost, back, and stopped.
    static async Task LiveAsync(TestApp app)
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        client.Drop();
        await app.Settle();
        Assert.Equal("GRACE_PERIOD", await app.StateAsync());
        await app.AttachAsync(reconnect: true);
        Assert.Equal("RUNNING", await app.StateAsync());
        Assert.Equal(200, (await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = "hello" })).Status);
        Assert.Equal(202, (await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop")).Status);
        await app.Settle(10_000);
        Assert.Equal("STOPPED", await app.StateAsync());
    }

    [Fact]
    public void A_session_that_is_decided_upon_rightly_breaks_nothing() => Run(
        async (app, broken) =>
        {
            await LiveAsync(app);
            Assert.Empty(Names(broken));
            Assert.Empty(Logged(app, 1401));
        },
        new DecisionJudge());

    [Fact]
    public void A_planted_violation_is_counted_and_logged_and_the_session_goes_on() => Run(
        async (app, broken) =>
        {
            await LiveAsync(app);
            Assert.Contains("epoch_fences", Names(broken));
            Assert.Contains("ask_is_answered", Names(broken));
            var lost = Assert.Single(Logged(app, 1401));
            Assert.Equal(("s1:com.example.notes", "Disconnected"), (lost.GetStructuredStateValue("Session"), lost.GetStructuredStateValue("Event")));
            Assert.Contains("epoch_fences", lost.GetStructuredStateValue("Invariants"), StringComparison.Ordinal);
            Assert.NotNull(DecisionRecord.ReadSession(lost.GetStructuredStateValue("Record")!)?.Replay(AppSessionId.Parse("s1:com.example.notes")));
            Assert.NotNull(DecisionRecord.ReadGate(Assert.Single(Logged(app, 1402)).GetStructuredStateValue("Record")!)?.Gate);
        },
        new Planted());

    [Fact]
    public void A_judge_that_throws_is_counted_and_logged_and_the_session_goes_on() => Run(
        async (app, broken) =>
        {
            await LiveAsync(app);
            Assert.Equal([LifecycleInstruments.Unjudged], Names(broken).Distinct());
            Assert.NotEmpty(Logged(app, 1403));
        },
        new Throwing());

    /// <summary>Sees wrong decisions: a loss that did not raise the epoch, and a gate that gives no answer.</summary>
    sealed class Planted : IDecisionJudge
    {
        readonly DecisionJudge judge = new();

        public ImmutableArray<BrokenInvariant> Broken(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy) => judge.Broken(
            before, @event, @event is Disconnected && before.State == AppState.Running ? decision with { Session = decision.Session with { Epoch = before.Epoch } } : decision, now, policy);

        public ImmutableArray<BrokenInvariant> Broken(AppGate before, AppEvent @event, AppDecision decision, DateTimeOffset now, Policy policy) =>
            judge.Broken(before, @event, @event is AdmissionAsked ? decision with { Admission = null } : decision, now, policy);
    }

    sealed class Throwing : IDecisionJudge
    {
        public ImmutableArray<BrokenInvariant> Broken(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy) =>
            throw new InvalidOperationException("A judge has a defect.");

        public ImmutableArray<BrokenInvariant> Broken(AppGate before, AppEvent @event, AppDecision decision, DateTimeOffset now, Policy policy) =>
            throw new InvalidOperationException("A judge has a defect.");
    }
}
