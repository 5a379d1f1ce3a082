using System.Globalization;
using System.Runtime.InteropServices;

namespace Lifecycle.Scenarios.Http;

/// <summary>The command against a host that is already there: a line per scenario; exit code 1 if one fails, 2 if none can be played, 130 if it was interrupted.</summary>
static class HttpProgram
{
    const int MostShown = 400;

    public static async Task<int> RunAsync(string[] args, IReadOnlyList<Scenario> all)
    {
        try
        {
            var arguments = HttpArguments.Parse(args);
            return arguments.Names.Except(all.Select(s => s.Name)).ToList() is { Count: > 0 } unknown
                ? throw new FormatException($"There is no scenario named {string.Join(", ", unknown)}. There are: {string.Join(", ", all.Select(s => s.Name))}.")
                : await PlayAsync(arguments, [.. all.Where(s => arguments.Names.Count == 0 || arguments.Names.Contains(s.Name))]);
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine(HttpArguments.Usage);
            return 2;
        }
    }

    static async Task<int> PlayAsync(HttpArguments arguments, IReadOnlyList<Scenario> scenarios)
    {
        if (await Preflight.WhatIsWrongAsync(arguments) is { } wrong)
        {
            Console.Error.WriteLine(wrong);
            return 2;
        }

        arguments = await Preflight.WithoutWrongGuessAsync(arguments);
        var playable = scenarios.Where(s => Playable.WhyNot(s, arguments) is null).ToList();

        Say($"Real time, on {arguments.Api}: {playable.Count} of {scenarios.Count} scenarios, about {playable.Sum(s => s.UntilMs) / 60_000:0.0} minutes. "
            + $"Recoveries may be later than the file says by the engine's lag, as /api/health tells it at its worst, once for a reconnect and six times for a restart, and {arguments.AllowMs:0} ms (--allow-ms). "
            + "What happens waits until all that was started is attached. All else must hold as written.");
        using var interrupted = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        var failed = 0;
        foreach (var scenario in scenarios)
        {
            if (interrupted.IsCancellationRequested)
            {
                Say("Interrupted.");
                return 130;
            }

            if (Playable.WhyNot(scenario, arguments) is { } why)
            {
                Say($"skip {scenario.Name,-22} {why}");
                continue;
            }

            failed += await RunAsync(arguments, scenario, interrupted.Token) ? 0 : 1;
        }

        Say($"{playable.Count - failed} ok, {failed} failed, {scenarios.Count - playable.Count} skipped");
        return failed == 0 ? 0 : 1;

        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true; // The deployment is to be left as it was.
            interrupted.Cancel();
        }
    }

    static async Task<bool> RunAsync(HttpArguments arguments, Scenario scenario, CancellationToken cancellation)
    {
        try
        {
            var result = await new HttpPlay(arguments, TimeProvider.System).RunAsync(scenario, cancellation);
            Say($"{(result.Report.Passed ? "ok  " : "FAIL")} {scenario.Name,-22} {result.Numbers}");
            result.Report.Failures.ForEach(failure => Say($"       {(failure.Length > MostShown ? failure[..MostShown] + " …" : failure)}"));
            return result.Report.Passed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException)
        {
            Say($"FAIL {scenario.Name,-22} {e.Message}");
            return false;
        }
    }

    static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    static void Say(string line) => Console.WriteLine(line);
}
