using System.Globalization;
using System.Text;

namespace Lifecycle.Simulator.Reports;

/// <summary>Policies side by side: false resurrections, time to recover, webhooks, and who is blamed.</summary>
static class PolicyReport
{
    public static IReadOnlyList<Contender> Contenders { get; } =
    [
        new("default", new PolicyOverrides()),
        new("grace 5 s", new PolicyOverrides { ReconnectGraceMs = 5_000 }),
        new("grace 8 s", new PolicyOverrides { ReconnectGraceMs = 8_000 }),
        new("grace 20 s", new PolicyOverrides { ReconnectGraceMs = 20_000 }),
        new("no evidence", new PolicyOverrides { AliveLimitMs = 0 }),
        new("fixed pace", new PolicyOverrides { PaceCeiling = 0 }),
        new("no spread", new PolicyOverrides { InitialSpreadMs = 0 }),
    ];

    public static string Table(Contest contest)
    {
        var table = new StringBuilder("""
            | policy | false resurrections, of 1,000 session-days | recovered: half, 95 % | unattached, s a session-day | though all is well | webhooks a session-day | to nobody | blamed right |
            |---|---|---|---|---|---|---|---|

            """);
        for (var n = 0; n < Contenders.Count; n++)
        {
            var f = contest.Sum(n);
            table.AppendLine(CultureInfo.InvariantCulture, $"| {Contenders[n].Name} | {f.PerThousandDays(f.False):N0} | {f.RecoveredWithin(0.5) / 1000:F1} s, {f.RecoveredWithin(0.95) / 1000:F1} s | {f.DeadMs / 1000 / f.SessionDays:F1} | {f.WaitedMs / 1000 / f.SessionDays:F1} | {f.Webhooks / f.SessionDays:F2} | {f.WebhooksWhileDown / f.SessionDays:F2} | {f.RightPercent:F0} % |");
        }

        return table.ToString();
    }

    public static string Plot(Contest contest)
    {
        var sums = Enumerable.Range(0, Contenders.Count).Select(contest.Sum).ToList();
        var names = Contenders.Select(contender => contender.Name).ToList();
        return new SvgPlot("Policies side by side, on the same days")
            .Bars("false resurrections, of 1,000 session-days", names, [.. sums.Select(f => f.PerThousandDays(f.False))])
            .Bars("seconds a session-day unattached though all is well", names, [.. sums.Select(f => f.WaitedMs / 1000 / f.SessionDays)])
            .Bars("webhooks a session-day", names, [.. sums.Select(f => f.Webhooks / f.SessionDays)])
            .Bars("losses blamed right, in percent", names, [.. sums.Select(f => f.RightPercent)])
            .ToString();
    }
}
