using Lifecycle.Entities;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Units;

/// <summary>The gate of an app as sessions ask it: by signals, and no orchestration waits.</summary>
public sealed class AppEntityTests
{
    const string Package = "com.example.app";

    static readonly AdmissionAsked ask = new("wh1", RunReason.Start, Foreground: false, LostAt: null) { SessionId = "s1", RunId = "r1", Driver = 2 };

    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    // The app has answered lately, so whoever asks goes at the next slot: 1.3 s before it are 2 s for Azure Storage, and its margin.
    [Theory]
    [InlineData(-10_000, 0, null)]
    [InlineData(1_800, 1_800, 2_075)]
    public async Task Ask_OfAnAppThatIsWell_SignalsTheAskingSessionAroundItsSlot(int freeAtMs, int slotMs, int? signalledMs)
    {
        var now = time.GetUtcNow();
        var gate = new AppGate { AnsweredAt = now.AddSeconds(-1), NextSlotAt = now.AddMilliseconds(freeAtMs) };
        var found = new AppDocument { Registration = new() { WebhookUrl = "https://app.example/webhook" }, Gate = gate };
        var operation = new MockedOperation<AppDocument>(AppEntity.IdOf(Package), found, nameof(AppEntity.Ask), ask);
        var fleet = Policy.Default with { PaceBurst = 1 };

        var metrics = Instruments.Make();
        await operation.RunAsync(new AppEntity(Instruments.Invariants(metrics), metrics, time, DurableBackend.AzureStorage, fleet, new FakeLogger<AppEntity>()));

        var answer = Assert.Single(operation.Signals);
        Assert.Equal(
            (AppSessionEntity.IdOf(new AppSessionId("s1", Package)), nameof(AppSessionEntity.AttemptAdmitted)), (answer.To, answer.Operation));
        Assert.Equal(signalledMs, (answer.At - now)?.TotalMilliseconds);
        var admitted = Assert.IsType<AttemptAdmitted>(answer.Input);
        Assert.Equal(("r1", "wh1", 2, true), (admitted.RunId, admitted.WebhookId, admitted.Driver, admitted.Told));
        Assert.Equal((AdmissionKind.Go, now.AddMilliseconds(slotMs)), (admitted.Admission.Kind, admitted.Admission.At));
        Assert.Equal(1, Assert.Single(operation.Stored)!.Gate.Tally.Admitted);
    }
}
