using System.CommandLine;
using Lifecycle.Doctor;
using Examining = Lifecycle.Doctor.DoctorCommand;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle doctor</c>: tools/doctor with the rules of this command line.</summary>
sealed class DoctorCommand : CliCommand
{
    const string StandardOutput = "-";

    readonly Argument<string> url = new("URL") { Description = "The webhook address of the app server." };
    readonly Option<string> json = new("--json") { Description = "The report as JSON: to a file, or to the standard output, and nothing else there, when none is named.", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<bool> verbose = new("--verbose") { Description = "Show all checks, and each moment of those that failed." };
    readonly IReadOnlyList<Option<string[]>> passed =
    [
        Passed("--package", "NAME", "The package that it serves."),
        Passed("--key", "KEY", $"The API key that it shows, or {DoctorArguments.KeyVariable}."),
        Passed("--secret", "whsec_…", $"The webhook secret that it has, or {DoctorArguments.SecretVariable}; said twice, newest first, when it has two."),
        Passed("--listen", "URL", $"Where the doctor listens: the app's Lifecycle address. http://127.0.0.1:{DoctorOptions.DefaultPort} if absent."),
        Passed("--public-url", "URL", "The same as the app server reaches it, if that is another one."),
        Passed("--pid", "N", "Its process, which is sent SIGTERM at the end."),
        Passed("--leave", "COMMAND", "Instead: a command of the shell upon which it leaves."),
        Passed("--contract", "WORD", "Whether it speaks the doctor contract: ask, spoken or unspoken.", "ask", "spoken", "unspoken"),
        Passed("--only", "CHECK", "This check, or those that begin so: reconnect-*. May be said several times."),
        Passed("--except", "CHECK", "Not this one, in the same form."),
        Passed("--patience", "S", "How many seconds it may take until it listens; 60 if absent."),
        Passed("--html", "FILE", "The report as a page."),
        Passed("--docs", "URL", "Where the repository's files can be read, for the page's links."),
    ];

    public DoctorCommand()
        : base(
            "doctor", "Plays Lifecycle against an app server in any language, and judges what it does (docs/doctor.md). No host is needed.", json: null,
            "lifecycle doctor http://127.0.0.1:5080/lifecycle --package com.example.notes --html report.html", "lifecycle doctor http://127.0.0.1:5080/lifecycle --package com.example.notes --only 'webhook-*' --json")
    {
        Arguments.Add(url);
        foreach (var option in passed) Options.Add(option);
        Options.Add(json);
        Options.Add(verbose);
    }

    protected override async Task<int> RunAsync(CliRun run)
    {
        var arguments = Read(run);
        var console = arguments.Json == StandardOutput ? run.Screen.Error : run.Screen.Out;
        try
        {
            return await Examining.ExamineAsync(arguments, console, run.World.Out, run.Cancellation);
        }
        catch (Exception e) when (Examining.ExitCodeOf(e) is { } code)
        {
            throw new CliException(code, e.Message);
        }
    }

    DoctorArguments Read(CliRun run)
    {
        List<string> words = [run.Get(url)!];
        foreach (var option in passed) words.AddRange((run.Get(option) ?? []).SelectMany(value => (string[])[option.Name, value]));
        if (run.Has(json)) words.AddRange(["--json", run.Get(json) ?? StandardOutput]);
        if (run.Get(verbose)) words.Add("--verbose");
        try
        {
            return DoctorArguments.Read(words, run.World.Variable);
        }
        catch (ArgumentException e)
        {
            throw CliException.BadUsage($"{char.ToUpperInvariant(e.Message[0])}{e.Message[1..]}.");
        }
    }

    static Option<string[]> Passed(string name, string value, string description, params string[] words)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = value };
        if (words.Length > 0) option.CompletionSources.Add(words);
        return option;
    }
}
