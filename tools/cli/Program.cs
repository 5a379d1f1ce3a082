// lifecycle: ask Lifecycle and see it. `lifecycle --help`, docs/cli.md.
using System.Runtime.InteropServices;
using System.Text;
using Lifecycle.Cli;

Console.OutputEncoding = Encoding.UTF8;
using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
return await CliProgram.RunAsync(args, CliWorld.OfProcess(), interrupted.Token);

void End(PosixSignalContext signal)
{
    // The second time the process is ended as it would be without this.
    signal.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
}
