using Spectre.Console;

namespace Lifecycle.Doctor.Tests.Support;

/// <summary>A terminal without colours, so wide that nothing is wrapped.</summary>
static class Terminal
{
    public static string Of(DoctorReport report, bool verbose = false)
    {
        var output = new StringWriter();
        TerminalReport.Write(On(output), report, verbose);
        return output.ToString();
    }

    public static IAnsiConsole On(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 400;
        return console;
    }
}
