using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Reports;
using Lifecycle.Simulator.Searching;
using Lifecycle.Simulator.Shrinking;
using Lifecycle.Simulator.Watching;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator;

/// <summary>The command: plays many worlds, or one again.</summary>
static class SimulatorCommand
{
    /// <summary>Runs it. 0 when nothing failed, 1 when something did, 2 when it was not understood.</summary>
    public static int Run(string[] args, TextWriter to)
    {
        try
        {
            var parsed = SimulatorArguments.Parse(args);
            return parsed.Verb switch
            {
                "run" => Play(parsed, to),
                "replay" => Replay(parsed, to),
                "plan" => Show(parsed, to),
                "compare" => Compare(parsed, to),
                "grace" => Grace(parsed, to),
                "search" => Search(parsed, to),
                _ => throw new FormatException($"'{parsed.Verb}' is no verb: run, replay FILE, plan, compare, grace, search."),
            };
        }
        catch (FormatException e)
        {
            to.WriteLine(e.Message);
            return 2;
        }
    }

    static int Play(SimulatorArguments args, TextWriter to)
    {
        var campaign = Campaign.Play(args.SessionDays, args.Seed, args.Threads, new RealRules());
        FigureTable.Write(campaign, to);
        if (campaign.Failure is not var (plan, violation))
        {
            return 0;
        }

        FailureReport.Write(plan, violation, new RealRules(), args.Out, to);
        return 1;
    }

    static int Replay(SimulatorArguments args, TextWriter to)
    {
        var plan = Plan.FromJson(File.ReadAllText(args.File ?? throw new FormatException("replay needs a file.")));
        var result = World.Play(plan, new RealRules(), new Journal(to));
        to.WriteLine(result.Violation?.ToString() ?? "Nothing that must not be.");
        return result.Violation is null ? 0 : 1;
    }

    static int Compare(SimulatorArguments args, TextWriter to)
    {
        var contest = Contest.Play(PolicyReport.Contenders, args.Reconnect, args.Seed, args.SessionDays, args.Threads);
        to.WriteLine(PolicyReport.Table(contest));
        Save(args, "simulator-policies.svg", PolicyReport.Plot(contest), to);
        return End(contest, args, to);
    }

    static int Grace(SimulatorArguments args, TextWriter to)
    {
        var contest = Contest.Play(GraceReport.Contenders, args.Reconnect, args.Seed, args.SessionDays, args.Threads);
        var report = new GraceReport(contest, args.SecondsForFalse);
        to.WriteLine(report.Table());
        to.WriteLine(report.Verdict());
        Save(args, "simulator-grace.svg", report.Plot(), to);
        return End(contest, args, to);
    }

    static int Search(SimulatorArguments args, TextWriter to)
    {
        var settings = SearchSetting.Named(args.File).Select(setting => setting with { Faults = args.Faults ?? setting.Faults, Troubles = args.Troubles ?? setting.Troubles });
        return SearchReport.Write([.. settings], args.States, new RealRules(), to) is null ? 1 : 0;
    }

    static void Save(SimulatorArguments args, string name, string text, TextWriter to)
    {
        var file = Path.Combine(args.Out, name);
        File.WriteAllText(file, text);
        to.WriteLine($"written to {file}");
    }

    static int End(Contest contest, SimulatorArguments args, TextWriter to)
    {
        if (contest.Failure is not var (plan, violation))
        {
            return 0;
        }

        FailureReport.Write(plan, violation, new RealRules(), args.Out, to);
        return 1;
    }

    static int Show(SimulatorArguments args, TextWriter to)
    {
        to.WriteLine(Planner.Draw(args.Seed).ToJson());
        return 0;
    }
}
