using System.Runtime.InteropServices;

namespace Lifecycle.Local.SignalR;

/// <summary>The emulator as a program of its own, in front of a Functions host.</summary>
static class EmulatorProgram
{
    const string Usage = """
        SignalR Service emulator, serverless mode.

        Usage: dotnet run --project local/SignalREmulator -- --upstream URL [--upstream-hubs HUBS] [--port N] [--access-key K] [--seed N] [--allowed-hosts HOSTS]

          --upstream URL    where events go, for example http://localhost:7071/runtime/webhooks/signalr;
                            {hub}, {category} and {event} are filled in
          --upstream-hubs HUBS  the hubs whose events go there, such as apps;chat; all of them by default
          --port N          the port to listen on, 8888 by default, 0 for any free one
          --access-key K    the key that signs tokens and events; a development key by default
          --seed N          makes faults repeatable
          --allowed-hosts HOSTS  hosts besides loopback that requests and the pages behind them may name, such as
                            dev.example.com;*.example.org; * for any
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h"])
        {
            await output.WriteLineAsync(Usage);
            return 0;
        }
        try
        {
            await ServeAsync(EmulatorArguments.Parse(args), output);
            return 0;
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            await errors.WriteLineAsync(e.Message);
            return 1;
        }
    }

    static async Task ServeAsync(EmulatorArguments arguments, TextWriter output)
    {
        var options = new SignalRServiceOptions { AccessKey = arguments.AccessKey, Seed = arguments.Seed, Callers = arguments.Callers };
        using var upstream = new HttpUpstream(arguments.Upstream, hubs: arguments.UpstreamHubs);
        await using var server = await SignalREmulatorServer.StartAsync(new(options, upstream), arguments.Port);
        await output.WriteLineAsync($"SignalR endpoint   {server.ConnectionString.Endpoint}");
        await output.WriteLineAsync($"Upstream           {arguments.Upstream}");
        await output.WriteLineAsync($"Connection string  {server.ConnectionString}");
        await output.WriteLineAsync("Ctrl-C stops it.");
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await stop.Task;
    }
}
