using Spectre.Console;

namespace Lifecycle.Doctor;

/// <summary>The doctor as a command: listens, plays, reports.</summary>
public static class DoctorCommand
{
    /// <summary>The exit code of bad usage, and of a place that the doctor cannot listen or write at.</summary>
    public const int BadUsage = 2;

    /// <summary>The exit code of an app that is not there.</summary>
    public const int NotThere = 3;

    /// <summary>The exit code when it was ended by Ctrl-C, as shells have it.</summary>
    public const int Interrupted = 130;

    const string StandardOutput = "-";

    /// <summary>Runs it, and tells what is in its way.</summary>
    /// <param name="arguments">What is asked for.</param>
    /// <param name="console">Progress and the report for people; with a JSON report on the standard output best one that writes to the standard error.</param>
    /// <param name="output">Takes the JSON report when its file is <c>-</c>.</param>
    /// <param name="cancellation">Ends it: the report has what was found so far.</param>
    /// <returns>0: no MUST failed; 1: one did; 2 and 3: it could not be looked at, and the console says why; 130: it was ended before.</returns>
    public static async Task<int> RunAsync(DoctorArguments arguments, IAnsiConsole console, TextWriter output, CancellationToken cancellation = default)
    {
        try
        {
            return await ExamineAsync(arguments, console, output, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Interrupted; // The app was not there yet.
        }
        catch (Exception e) when (ExitCodeOf(e) is { } code)
        {
            console.MarkupLine($"[red]{Markup.Escape(PlainText.Of(e.Message))}[/]");
            return code;
        }
    }

    /// <summary>The same, for a caller that tells by itself what is in its way.</summary>
    /// <returns>0: no MUST failed; 1: one did; 130: it was ended before.</returns>
    /// <exception cref="OperationCanceledException">It was ended before the app was there.</exception>
    public static async Task<int> ExamineAsync(DoctorArguments arguments, IAnsiConsole console, TextWriter output, CancellationToken cancellation)
    {
        await using var json = ReportFile.Open(arguments.Json == StandardOutput ? null : arguments.Json);
        await using var html = ReportFile.Open(arguments.Html);
        await using var examination = await Examination.ListenAsync(arguments.Options);
        console.MarkupLine($"The doctor listens at [bold]{Markup.Escape(examination.Url.AbsoluteUri)}[/]: start the app server with it as its Lifecycle, if that is not done.");
        var report = await PlayAsync(examination, console, cancellation);
        TerminalReport.Write(console, report, arguments.Verbose);
        // It takes no time, and is done to its end: what was found is not lost by a Ctrl-C.
        if (arguments.Json == StandardOutput) await output.WriteLineAsync(JsonReport.Write(report));
        if (json is not null) await json.WriteAsync(JsonReport.Write(report));
        if (html is not null) await html.WriteAsync(HtmlReport.Write(report, arguments.Docs));
        return report.ExitCode;
    }

    /// <summary>The exit code of what was in its way; null for a defect.</summary>
    public static int? ExitCodeOf(Exception problem) => problem switch
    {
        AppNotThereException => NotThere,
        IOException or ArgumentException or UnauthorizedAccessException => BadUsage,
        _ => null,
    };

    static Task<DoctorReport> PlayAsync(Examination examination, IAnsiConsole console, CancellationToken cancellation)
    {
        var done = 0;
        if (!console.Profile.Capabilities.Interactive) return examination.RunAsync(cancellation: cancellation);
        return console.Progress().AutoClear(true).StartAsync(async progress =>
        {
            var bar = progress.AddTask("Checks", maxValue: CheckList.All.Count);
            return await examination.RunAsync(new Told(_ => bar.Value = Interlocked.Increment(ref done)), cancellation);
        });
    }

    // Progress of .NET's own comes late and in no order.
    sealed class Told(Action<CheckResult> tell) : IProgress<CheckResult>
    {
        public void Report(CheckResult value) => tell(value);
    }
}
