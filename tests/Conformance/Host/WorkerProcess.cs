using System.Diagnostics;
using Lifecycle.Conformance.Build;

namespace Lifecycle.Conformance.Host;

/// <summary>The app in the official worker process, started as the Functions host starts it.</summary>
sealed class WorkerProcess : IAsyncDisposable
{
    static readonly string[] foreign = ["ASPNETCORE_", "AZURE_FUNCTIONS_", "FUNCTIONS_", "DOTNET_ENVIRONMENT", "Embedded", "Lifecycle", "Logging", "AzureSignalR", "AzureWebJobs"];

    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    readonly Process process;
    readonly List<string> said = [];

    WorkerProcess(Process process) => this.process = process;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended => process.WaitForExitAsync();

    /// <summary>What it wrote to its console.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return string.Join('\n', said);
            }
        }
    }

    /// <summary>Starts the app of the folder, which finds the host at the address.</summary>
    public static WorkerProcess Start(string folder, Uri host, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(
            DotnetCli.Path,
            [
                Path.Combine(folder, "Lifecycle.Functions.dll"), "--functions-uri", host.AbsoluteUri, "--functions-worker-id", "w1",
                "--functions-request-id", "r0", "--functions-grpc-max-message-length", $"{int.MaxValue}",
            ])
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(key => foreign.Any(f => key.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = folder;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development";
        // Each lives for a second or two: what the runtime would learn in it is not worth its work.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var worker = new WorkerProcess(new Process { StartInfo = start });
        worker.process.OutputDataReceived += (_, line) => worker.Keep(line.Data);
        worker.process.ErrorDataReceived += (_, line) => worker.Keep(line.Data);
        worker.process.Start();
        worker.process.BeginOutputReadLine();
        worker.process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Waits a moment for its end, then ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Ended.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await Ended;
        }

        process.Dispose();
    }

    void Keep(string? line)
    {
        if (line is not null)
        {
            lock (said)
            {
                said.Add(line);
            }
        }
    }
}
