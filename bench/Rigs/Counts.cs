using Lifecycle.Bench.Results;
using Lifecycle.Local.Durable;

namespace Lifecycle.Bench.Rigs;

/// <summary>The engine's counters, and the events that were published.</summary>
sealed record Counts(
    double Operations, double Episodes, double Activities, double Messages, double Transactions, double Rows, double Reads, double Resends, double Events)
{
    public static Counts Of(VirtualHost host) => Of(host.Statistics, host.EventsPublished);

    public static Counts Of(EngineStatistics s, long events = 0) =>
        new(s.Operations, s.Episodes, s.Activities, s.MessagesWritten, s.Transactions, s.RowsWritten, s.Reads, s.Resends, events);

    public Counts Per(int sessions, Counts before) => new(
        (Operations - before.Operations) / sessions, (Episodes - before.Episodes) / sessions, (Activities - before.Activities) / sessions,
        (Messages - before.Messages) / sessions, (Transactions - before.Transactions) / sessions, (Rows - before.Rows) / sessions,
        (Reads - before.Reads) / sessions, (Resends - before.Resends) / sessions, (Events - before.Events) / sessions);

    public override string ToString() => Figure.Text(
        $"{Operations:0.##} operations, {Episodes:0.##} episodes, {Activities:0.##} activities; {Messages:0.##} messages, {Transactions:0.##} transactions, {Rows:0.##} rows written, {Reads:0.##} reads, {Resends:0.##} re-sends");
}
