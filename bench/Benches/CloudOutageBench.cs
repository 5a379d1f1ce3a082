using Lifecycle.Bench.Outages;
using Lifecycle.Bench.Outages.Showing;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// What ten apps' sessions cost the durable engine while the SignalR service takes no client, on virtual time: operations by the rules, rows by the deployed app on
/// the embedded engine, with fewer sessions. The baseline is the same without the outage: sockets drop, and everybody is back within some seconds.
/// </summary>
sealed class CloudOutageBench : IBench
{
    const double Minute = 60_000;
    const double MostOperations = 12;
    const double MostTold = 0.02;

    public string Name => "cloud-outage";

    public Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var (sessions, stored) = quick ? (1_000, 100) : (10_000, 1_000);
        progress("sockets that drop and come back");
        var (drop, dropRows) = (OutageRules.Play(Trace(sessions, 0)), OutageHost.Play(Trace(stored, 0)));
        var figures = new List<Figure>();
        foreach (var minutes in quick ? [1] : (int[])[9, 10])
        {
            progress(Figure.Text($"{minutes} minutes"));
            var trace = Trace(sessions, minutes * Minute);
            figures.AddRange(Compare(minutes, OutageRules.Play(trace), drop));
            figures.Add(Rows(minutes, OutageHost.Play(Trace(stored, minutes * Minute)), dropRows, stored));
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    static OutageTrace Trace(int sessions, double lastsMs)
    {
        var trace = Traces.CloudOutage(sessions, lastsMs);
        return trace with { UntilMs = trace.UpMs!.Value + Minute };
    }

    static IEnumerable<Figure> Compare(int minutes, OutageCosts costs, OutageCosts drop)
    {
        var sessions = Texts.Count(costs.Result.Trace.Sessions);
        yield return new(
            Figure.Text($"{minutes} min, {sessions} sessions: operations per session"), Figure.Text($"{costs.Operations:0.0}"),
            Figure.Text($"{drop.Operations:0.0} sockets that drop"), Figure.Text($"{costs.Operations / drop.Operations:0.0}"),
            Figure.Text($"at most {MostOperations}: {Figure.Verdict(costs.Operations <= MostOperations)}"));
        yield return new(
            Figure.Text($"{minutes} min: sessions with an operation in the first second after it, but for those that come back"), Texts.Percent(costs.Told),
            Aim: $"at most {Texts.Percent(MostTold)}: {Figure.Verdict(costs.Told <= MostTold)}");
        yield return new(Figure.Text($"{minutes} min: sessions that come back in that second"), Texts.Percent(costs.CameBack));
        yield return new(
            Figure.Text($"{minutes} min: webhooks"), Texts.Count(costs.Result.Webhooks.Count), Aim: $"0: {Figure.Verdict(costs.Result.Webhooks.Count == 0)}");
        yield return new(Figure.Text($"{minutes} min: 95 % running after"), costs.Result.TimeTo(0.95), Texts.Seconds(drop.Result.RecoveryTo(0.95)!.Value) + " sockets that drop");
    }

    static Figure Rows(int minutes, Counts outage, Counts drop, int sessions) => new(
        Figure.Text($"{minutes} min, {Texts.Count(sessions)} sessions: rows written per session"),
        Figure.Text($"{outage.Rows:0.0}, in {outage.Transactions:0.0} transactions, {outage.Messages:0.0} messages, {outage.Operations:0.0} operations"),
        Figure.Text($"{drop.Rows:0.0} sockets that drop"), Figure.Text($"{outage.Rows / drop.Rows:0.0}"));
}
