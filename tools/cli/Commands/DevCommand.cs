using System.CommandLine;
using System.Text.Json;
using Lifecycle.Cli.Dev;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle dev</c>.</summary>
sealed class DevCommand : CliCommand
{
    readonly Option<string> port = new("--port") { Description = "The API's and console's port; 7071 if absent, 0 for any free one.", HelpName = "N" };
    readonly Option<string> signalRPort = new("--signalr-port") { Description = "The SignalR emulator's port; 8888 if absent, 0 for any free one.", HelpName = "N" };
    readonly Option<string> data = new("--data") { Description = "The folder that keeps all state; .lifecycle if absent, :memory: for none.", HelpName = "FOLDER" };
    readonly Option<string> timing = new("--timing") { Description = "exact, or azure-storage for timers, latencies and capacity as they are there.", HelpName = "NAME" };
    readonly Option<string> readyFile = new("--ready-file") { Description = "A file that is written when it serves.", HelpName = "FILE" };
    readonly Option<bool> verbose = new("--verbose") { Description = "Show the app's whole log, and not only its warnings." };
    readonly Argument<string[]> settings = new("SETTING") { Description = "Behind --: any further option of the host, such as --allowed-hosts NAME or --Lifecycle:Policy:ReconnectGraceMs=10000.", Arity = ArgumentArity.ZeroOrMore };

    public DevCommand()
        : base(
            "dev", "Runs all of Lifecycle on this machine: API, console and SignalR, in this process.", "a line when it serves, { \"api\", \"console\", \"signalr\", \"pid\" }; what the host says goes to the standard error",
            "lifecycle dev", "lifecycle dev --port 0 --signalr-port 0 --data :memory:", "lifecycle dev -- --Lifecycle:Policy:ReconnectGraceMs=10000")
    {
        timing.CompletionSources.Add("exact", "azure-storage");
        foreach (var option in (Option[])[port, signalRPort, data, timing, readyFile, verbose]) Options.Add(option);
        Arguments.Add(settings);
    }

    protected override async Task<int> RunAsync(CliRun run)
    {
        await using var host = await DevHost.StartAsync(HostOptions(run), run.Json ? run.World.Error : run.World.Out, run.Cancellation);
        if (run.Json) run.Screen.Json(JsonSerializer.Serialize(Served.Of(host), JsonSerializerOptions.Web));
        else TellNext(run.Screen, host.Url);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation, host.Stopping);
        try
        {
            await Task.Delay(Timeout.Infinite, over.Token);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how it ends.
        }
        await host.StopAsync();
        return ExitCode.Done;
    }

    List<string> HostOptions(CliRun run)
    {
        var options = new List<string>();
        foreach (var option in (Option<string>[])[port, signalRPort, data, timing, readyFile])
            if (run.Get(option) is { } value) options.AddRange([option.Name, value]);
        if (!run.Get(verbose)) options.Add("--Logging:LogLevel:Default=Warning");
        return [.. options, .. run.Get(settings) ?? []];
    }

    static void TellNext(Screen screen, Uri api)
    {
        var at = api.AbsoluteUri.TrimEnd('/');
        screen.Blank();
        screen.Say("Next, each in a terminal of its own: an app server, and a session for it.");
        if (at != ApiCommand.DefaultUrl) screen.Line($"  export {ApiCommand.UrlVariable}={at}");
        screen.Line("  eval \"$(lifecycle register com.example.notes --webhook relay: --env)\" && lifecycle listen com.example.notes");
        screen.Line("  lifecycle start s1 com.example.notes --wait");
        screen.Line("  lifecycle explain s1 com.example.notes");
    }

    sealed record Served(string Api, string Console, string Signalr, int Pid)
    {
        public static Served Of(DevHost host)
        {
            var api = host.Url.AbsoluteUri.TrimEnd('/');
            return new(api, $"{api}/", host.SignalR.GetLeftPart(UriPartial.Authority), Environment.ProcessId);
        }
    }
}
