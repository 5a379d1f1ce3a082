using System.Globalization;

namespace Lifecycle.Simulator.Reports;

/// <summary>What a campaign counted, as text.</summary>
static class FigureTable
{
    public static void Write(Campaign campaign, TextWriter to)
    {
        var f = campaign.Figures;
        var days = Math.Max(1e-9, f.SessionDays);
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {f.SessionDays:N0} session-days in {campaign.Worlds:N0} worlds, {campaign.Took.TotalSeconds:F1} s: {campaign.Speed:N0} times real time
            {f.Decisions:N0} decisions, {f.Decisions / days:F0} for each session-day, {f.Decisions / campaign.Took.TotalSeconds:N0} a second
            {f.Losses:N0} lost sockets, half attached again within {f.RecoveredWithin(0.5) / 1000:F1} s, 95 % within {f.RecoveredWithin(0.95) / 1000:F1} s
            {f.Webhooks:N0} webhooks, {f.WebhooksWhileDown:N0} of them while nobody listened; {f.False:N0} false resurrections; {f.Evictions:N0} given up; {f.Notices:N0} notices to owners
            blamed right {f.BlamedRight:N0}, wrong {f.BlamedWrong:N0}, nobody {f.BlamedNobody:N0}
            """));
    }
}
