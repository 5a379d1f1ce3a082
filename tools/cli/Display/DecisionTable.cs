using System.Globalization;
using Lifecycle.Cli.Api;
using Spectre.Console;

namespace Lifecycle.Cli.Display;

/// <summary>Decisions as a table, the oldest first.</summary>
static class DecisionTable
{
    // Timers are late by a little all the time.
    const double NoteworthyMs = 1000;

    /// <param name="screen">Where to.</param>
    /// <param name="clock">Shows times.</param>
    /// <param name="decisions">What was decided.</param>
    /// <param name="withGuards">Whether the guards that were not met are shown: many at times.</param>
    public static Table Of(Screen screen, Clock clock, IReadOnlyList<DecisionShape> decisions, bool withGuards)
    {
        string[] columns = [$"At ({clock.Zone})", "What came", "State", "Because", "Fault", "Done"];
        var table = screen.Table(withGuards ? [.. columns, "Not met"] : columns);
        foreach (var decision in decisions)
        {
            Text[] cells =
            [
                Screen.Cell(clock.Exact(decision.At)), Screen.Cell(WhatCame(clock, decision)), State(decision), Screen.Cell(Because(decision)), Screen.Cell(decision.Blame),
                Screen.Cell(string.Join("; ", decision.Effects ?? [])),
            ];
            table.AddRow(withGuards ? [.. cells, Screen.Cell(string.Join("; ", decision.Unmet ?? []))] : cells);
        }
        return table;
    }

    static string WhatCame(Clock clock, DecisionShape decision)
    {
        var text = decision.What is { Length: > 0 } what && what != decision.Event ? $"{decision.Event}: {what}" : decision.Event;
        if (decision.LateMs >= NoteworthyMs) text += string.Create(CultureInfo.InvariantCulture, $", {decision.LateMs / 1000:0.0} s late");
        return decision is { Times: > 1, LastAt: { } last } ? $"{text} ({decision.Times} times, until {clock.Text(last)})" : text;
    }

    static Text State(DecisionShape decision) =>
        decision.From == decision.To ? StateStyle.Cell(decision.To) : Screen.Cell($"{decision.From} → {decision.To}", StateStyle.Of(decision.To));

    static string Because(DecisionShape decision)
    {
        var text = decision.Kind == "applied" ? decision.Reason : $"{decision.Kind}: {decision.Reason}";
        if (decision.Guard is { Length: > 0 } guard) text += $" ({guard})";
        return decision.Replays == false ? $"{text}; this version would decide otherwise" : text;
    }
}
