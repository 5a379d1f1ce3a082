using System.Globalization;
using Lifecycle.Simulator.Chance;

namespace Lifecycle.Simulator;

/// <summary>What the command line asks for.</summary>
sealed record SimulatorArguments
{
    /// <summary>The verb: run, replay, plan, compare, grace or search.</summary>
    public string Verb { get; init; } = "run";

    /// <summary>A file, for verbs that read one.</summary>
    public string? File { get; init; }

    public double SessionDays { get; init; } = 20_000;

    public ulong Seed { get; init; } = 1;

    /// <summary>How many states a search meets of each setting at the most.</summary>
    public int States { get; init; } = 4_000_000;

    /// <summary>How much may go wrong on one way through a search; null for what its settings say.</summary>
    public int? Faults { get; init; }

    public int? Troubles { get; init; }

    public int Threads { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>The folder for what is written.</summary>
    public string Out { get; init; } = ".";

    /// <summary>How soon clients come back, for comparing: median in milliseconds, spread, and the share and the median of those that are slow.</summary>
    public Times Reconnect { get; init; } = new(900, 0.8, 0.03, 6_000);

    /// <summary>How many seconds unattached a false resurrection counts for: its app loses what it was at, and its user sees it start.</summary>
    public double SecondsForFalse { get; init; } = 30;

    /// <exception cref="FormatException">It is not understood.</exception>
    public static SimulatorArguments Parse(IReadOnlyList<string> args)
    {
        var parsed = new SimulatorArguments();
        for (var n = 0; n < args.Count; n++)
        {
            parsed = args[n] switch
            {
                "--days" => parsed with { SessionDays = double.Parse(Value(args, ++n), CultureInfo.InvariantCulture) },
                "--seed" => parsed with { Seed = ulong.Parse(Value(args, ++n), CultureInfo.InvariantCulture) },
                "--states" => parsed with { States = int.Parse(Value(args, ++n), CultureInfo.InvariantCulture) },
                "--faults" => parsed with { Faults = int.Parse(Value(args, ++n), CultureInfo.InvariantCulture) },
                "--troubles" => parsed with { Troubles = int.Parse(Value(args, ++n), CultureInfo.InvariantCulture) },
                "--threads" => parsed with { Threads = int.Parse(Value(args, ++n), CultureInfo.InvariantCulture) },
                "--reconnect" => parsed with { Reconnect = TimesOf(Value(args, ++n)) },
                "--false" => parsed with { SecondsForFalse = double.Parse(Value(args, ++n), CultureInfo.InvariantCulture) },
                "--out" => parsed with { Out = Value(args, ++n) },
                _ when n == 0 => parsed with { Verb = args[n] },
                _ when !args[n].StartsWith('-') => parsed with { File = args[n] },
                _ => throw new FormatException($"'{args[n]}' is no option."),
            };
        }

        return parsed;
    }

    static Times TimesOf(string text)
    {
        var parts = text.Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return parts is [var median, var sigma, var share, var slow] ? new Times(median, sigma, share, slow)
            : parts is [var onlyMedian, var onlySigma] ? new Times(onlyMedian, onlySigma)
            : throw new FormatException("--reconnect needs MEDIAN,SIGMA or MEDIAN,SIGMA,SHARE,SLOW.");
    }

    static string Value(IReadOnlyList<string> args, int at) => at < args.Count ? args[at] : throw new FormatException($"'{args[at - 1]}' needs a value.");
}
