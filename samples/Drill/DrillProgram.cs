using System.Runtime.InteropServices;
using System.Text;
using Lifecycle.Doctor.Running;
using Lifecycle.Samples.Drill.Display;
using Lifecycle.Samples.Drill.Scenes;
using Lifecycle.Samples.Drill.Verdicts;
using Spectre.Console;

namespace Lifecycle.Samples.Drill;

/// <summary>Plays the scenes, shows them, and judges. Exit code 0: all good; 1: a verdict is bad; 2: unknown scene; 130: interrupted.</summary>
static class DrillProgram
{
    const int PlainWidth = 132;

    const int Bad = 1;

    /// <summary>How often all is played at most, when the machine stands still meanwhile and something is bad.</summary>
    const int MostRounds = 3;

    static readonly TimeSpan ownLimit = TimeSpan.FromMinutes(5);
    static readonly TimeSpan elsewhereLimit = TimeSpan.FromMinutes(10);

    static Scene[] All() =>
    [
        new SocketDropScene(), new RapidFlapsScene(), new LateCloseScene(), new CloudRestartScene(), new CloudOutageScene(), new PlatformAwayScene(), new AppComesBackScene(), new AppAwaitsWebhookScene(), new NodeRotationScene(), new RollingDeployScene(), new CrashLoopScene(), new HostKillScene(),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var arguments = DrillArguments.Parse(args);
            return arguments.Scenes.FirstOrDefault(name => All().All(scene => scene.Name != name)) is { } unknown
                ? throw new FormatException($"There is no scene '{unknown}'. There are: {string.Join(", ", All().Select(scene => scene.Name))}.")
                : await RunAsync(arguments);
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine($"{e.Message} {DrillArguments.Usage}");
            return 2;
        }
    }

    // A machine that stands still for seconds is late for everything, and good scenes are bad on it.
    static async Task<int> RunAsync(DrillArguments arguments)
    {
        for (var round = 1; ; round++)
        {
            using var standstills = new Standstills(TimeProvider.System);
            var code = await RunAsync(arguments, [.. All().Where(scene => arguments.Scenes.Count == 0 || arguments.Scenes.Contains(scene.Name))]);
            if (code != Bad || standstills.Count == 0 || round == MostRounds) return code;
            Console.WriteLine($"This machine stood still {standstills.Count} times meanwhile, for a second or more: what is bad may be its doing. All is played again.");
        }
    }

    static async Task<int> RunAsync(DrillArguments arguments, IReadOnlyList<Scene> wanted)
    {
        var (keep, limit) = (arguments.Keep, arguments.Api is null ? ownLimit : elsewhereLimit);
        Console.OutputEncoding = Encoding.UTF8;
        var time = TimeProvider.System;
        var console = MakeConsole();
        using var tooLong = new CancellationTokenSource(limit, time);
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        using var onHangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt);
        using var stage = new Stage(arguments, time);
        var scenes = Playable(stage, wanted);
        var play = new Play(stage, console.Profile.Capabilities.Interactive ? new LiveBoard(console, time) : new PlainBoard(Console.Out, time), scenes);
        try
        {
            var start = time.GetTimestamp();
            await RunAsync(play, stage, interrupted.Token);
            return Conclude(console, stage, play.Reports, time.GetElapsedTime(start), keep);
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested)
        {
            return GiveUp(console, stage, $"not finished after {limit.TotalMinutes} minutes");
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            console.MarkupLine("[yellow]Interrupted.[/]");
            CleanUp(console, stage, keep);
            return 130;
        }
        catch (DrillException e)
        {
            return GiveUp(console, stage, e.Message);
        }

        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true; // The processes are to be ended first.
            interrupted.Cancel();
        }
    }

    static async Task RunAsync(Play play, Stage stage, CancellationToken cancellation)
    {
        try
        {
            await play.RunAsync(cancellation);
        }
        finally
        {
            await stage.CleanAsync();
        }
    }

    static IReadOnlyList<Scene> Playable(Stage stage, IReadOnlyList<Scene> wanted)
    {
        foreach (var scene in wanted)
        {
            if (scene.WhyNot(stage.Host) is { } why) Console.WriteLine($"skip {scene.Name}: {why}");
        }
        return [.. wanted.Where(scene => scene.WhyNot(stage.Host) is null)];
    }

    static int Conclude(IAnsiConsole console, Stage stage, IReadOnlyList<SceneReport> reports, TimeSpan took, bool keep)
    {
        ReportTable.Write(console, reports);
        if (stage.Allowance.Said is { } said) console.WriteLine(said);
        var bad = reports.Count(report => !report.IsGood);
        var size = $"{reports.Sum(report => report.SessionCount)} sessions on {stage.AppCount} app server processes, {took.TotalSeconds:0.0} s";
        if (bad > 0)
        {
            console.MarkupLine($"[red bold]{bad} of {reports.Count} scenarios are bad[/]: {size}. Logs: {Markup.Escape(stage.Folder)}");
            return Bad;
        }
        console.MarkupLine($"[green bold]All {reports.Count} scenarios are good[/]: {size}.");
        CleanUp(console, stage, keep);
        return 0;
    }

    static int GiveUp(IAnsiConsole console, Stage stage, string why)
    {
        console.MarkupLine($"[red bold]The drill could not be played[/]: {Markup.Escape(why)}. Logs: {Markup.Escape(stage.Folder)}");
        return Bad;
    }

    static void CleanUp(IAnsiConsole console, Stage stage, bool keep)
    {
        stage.Dispose(); // The processes have files open there.
        if (keep) console.MarkupLine($"Logs: {Markup.Escape(stage.Folder)}");
        else Directory.Delete(stage.Folder, recursive: true);
    }

    static IAnsiConsole MakeConsole()
    {
        var plain = Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (plain) console.Profile.Width = PlainWidth;
        return console;
    }
}
