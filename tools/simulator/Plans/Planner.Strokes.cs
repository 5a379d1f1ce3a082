using Lifecycle.Simulator.Chance;

namespace Lifecycle.Simulator.Plans;

/// <content>How long things last, and how the worlds differ.</content>
sealed partial class Planner
{
    Stroke OfSession(StrokeKind kind, long at, int session)
    {
        var stroke = new Stroke(at, kind) { Session = session };
        return kind switch
        {
            StrokeKind.Start => stroke with { Status = draws.Below(2) },
            StrokeKind.DropSocket => stroke with { Ms = Noticed(), OtherMs = Noticed() },
            StrokeKind.Firewall => stroke with { Ms = (long)draws.LogNormal(20_000, 1.2), OtherMs = Noticed() },
            StrokeKind.DelayEvent => stroke with { Ms = (long)draws.LogNormal(3_000, 1.5) },
            StrokeKind.DoubleEvent or StrokeKind.DoubleOperation => stroke with { Ms = (long)draws.LogNormal(1_000, 1.5) },
            StrokeKind.DelayOperation => stroke with { Ms = (long)draws.LogNormal(1_500, 1.2) },
            StrokeKind.CrashAtSave => stroke with { Ms = HostDown() },
            _ => stroke,
        };
    }

    Stroke OfAll(StrokeKind kind, long at)
    {
        var stroke = new Stroke(at, kind);
        return kind switch
        {
            StrokeKind.KillApp => stroke with { Ms = (long)draws.LogNormal(draws.OneOf(1_500.0, 25_000, 120_000, 900_000), 0.7), Status = draws.OneOf(0, 0, 502, 503, 503, 404), ComesBack = draws.Chance(0.3) },
            StrokeKind.CrashLoop => stroke with { Ms = (long)draws.LogNormal(600_000, 1), OtherMs = draws.OneOf(300, 2_000, 15_000) },
            StrokeKind.Deploy => stroke with { Ms = draws.Chance(0.7) ? 25_000 : 0, ComesBack = draws.Chance(0.2) },
            StrokeKind.Pause => stroke with { Ms = (long)draws.LogNormal(60_000, 1), OtherMs = draws.Below(15_000) },
            StrokeKind.WebhookAnswers => stroke with { Ms = (long)draws.LogNormal(90_000, 1), Status = draws.OneOf(1, 200, 200, 302, 400, 401, 404, 410, 429, 500, 503) },
            StrokeKind.SlowWebhooks => stroke with { Ms = (long)draws.LogNormal(120_000, 1), OtherMs = draws.OneOf(800, 3_000, 6_000) },
            StrokeKind.SetPolicy => stroke with { Policy = DrawPolicy() },
            StrokeKind.CloudOutage => stroke with { Ms = (long)draws.LogNormal(draws.OneOf(3_000.0, 20_000, 300_000), 0.8), Status = draws.OneOf(0, 0, 1) },
            StrokeKind.KillHost => stroke with { Ms = HostDown() },
            StrokeKind.StallEngine => stroke with { Ms = (long)draws.LogNormal(4_000, 1) },
            StrokeKind.ClockStep => stroke with { Ms = (long)(draws.LogNormal(4_000, 1.5) * (draws.Chance(0.5) ? -1 : 1)) },
            StrokeKind.BlindHost => stroke with { Ms = (long)draws.LogNormal(120_000, 1) },
            _ => stroke,
        };
    }

    // Most closes are heard at once; a half-open socket is found by its pings.
    long Noticed() => draws.Chance(0.75) ? draws.Below(300) : draws.Below(30_000);

    long HostDown() => (long)draws.LogNormal(draws.OneOf(1_500.0, 15_000, 40_000), 0.5);

    AppHabits DrawHabits() => new()
    {
        Processes = draws.OneOf(1, 1, 2, 3),
        Version = draws.OneOf(0, 2, 2, 2),
        SaysWho = draws.Chance(0.88),
        Reconnect = draws.OneOf(new Times(900, 0.8), new Times(300, 0.5), new Times(2_500, 0.7), new Times(900, 0.8, 0.05, 20_000)),
        Attach = draws.OneOf(new Times(250, 0.8), new Times(2_000, 0.8), new Times(60, 0.3)),
        Handle = draws.OneOf(new Times(40, 1), new Times(2_000, 1)),
        Health = draws.Chance(0.15),
    };

    PolicyOverrides DrawPolicy() => draws.Chance(0.45) ? new PolicyOverrides() : new PolicyOverrides
    {
        ReconnectGraceMs = draws.OneOf(1_000, 5_000, 6_000, 8_000, 20_000),
        Resurrect = draws.Chance(0.06) ? false : null,
        HorizonMs = draws.OneOf<int?>(null, null, 30_000, 120_000, 1_800_000),
        InitialSpreadMs = draws.OneOf<int?>(null, null, 0, 500),
        ConnectTimeoutMs = draws.OneOf<int?>(null, null, 1_500, 30_000),
        WebhookTimeoutMs = draws.OneOf<int?>(null, null, 1_000, 15_000),
        AllowUnsolicited = draws.Chance(0.08) ? true : null,
        RetentionMs = draws.OneOf<int?>(null, null, 0, 10_000, 600_000),
        PacePerSecond = draws.OneOf<int?>(null, null, 1, 5),
        PaceCeiling = draws.OneOf<int?>(null, null, 0, 50),
        FirstFlight = draws.OneOf<int?>(null, null, 1, 10),
        AliveLimitMs = draws.OneOf<int?>(null, null, 0, 30_000, 120_000),
        LateLimitMs = draws.OneOf<int?>(null, null, 1_500, 10_000),
        StableMs = draws.OneOf<int?>(null, null, 5_000, 300_000),
        HandOverMs = draws.OneOf<int?>(null, null, 5_000),
        AckTimeoutMs = draws.OneOf<int?>(null, null, 10_000),
        ReplaceDeaf = draws.Chance(0.3) ? true : null,
    };
}
