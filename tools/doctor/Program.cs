using Lifecycle.Doctor;
using Spectre.Console;

// `lifecycle doctor` without the rest of the command line.
using var over = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The second time the process is ended as it would be without this.
    pressed.Cancel = !over.IsCancellationRequested;
    over.Cancel();
};
DoctorArguments arguments;
try
{
    if (args is [] or ["--help"])
    {
        Console.Out.WriteLine(DoctorArguments.Usage);
        return args is [] ? DoctorCommand.BadUsage : 0;
    }
    arguments = DoctorArguments.Read(args, Environment.GetEnvironmentVariable);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"{e.Message}. --help says how it is used.");
    return DoctorCommand.BadUsage;
}
var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(arguments.Json == "-" ? Console.Error : Console.Out) });
return await DoctorCommand.RunAsync(arguments, console, Console.Out, over.Token);
