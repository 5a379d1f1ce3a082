using System.Diagnostics;
using System.Text.Json;
using Lifecycle.Bench.Measuring;

namespace Lifecycle.Bench.Processes;

/// <summary>A server in a process of its own that says by a file that it serves.</summary>
sealed class ServerProcess : IDisposable
{
    readonly Process process;
    readonly WorkFolder folder;

    ServerProcess(WorkFolder folder, IEnumerable<string> arguments)
    {
        this.folder = folder;
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start) ?? throw new InvalidOperationException("The server's process could not be started.");
        // Both are read so that the server never waits for a full pipe; what it complains of is shown.
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                Console.Error.WriteLine($"  server: {text}");
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Where its API answers.</summary>
    public Uri Api { get; private set; } = new("http://localhost");

    /// <summary>Where a host's SignalR emulator answers.</summary>
    public Uri SignalR { get; private set; } = new("http://localhost");

    /// <summary>Its data folder, for a host.</summary>
    public string Data => folder.File("data");

    /// <summary>From before the process was made until it served.</summary>
    public TimeSpan StartUp { get; private set; }

    /// <summary>Its physical memory, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The most physical memory that it ever had, in bytes.</summary>
    public long PeakWorkingSet
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts the Lifecycle host on free ports and a new data folder.</summary>
    /// <param name="options">More of its command line.</param>
    public static Task<ServerProcess> HostAsync(params string[] options) => HostAsync(_ => Task.CompletedTask, options);

    /// <summary>The same on a data folder that is not new.</summary>
    /// <param name="prepare">Puts there what is to be found there.</param>
    /// <param name="options">More of its command line.</param>
    public static Task<ServerProcess> HostAsync(Func<string, Task> prepare, params string[] options) => StartAsync(folder => prepare(folder.File("data")), folder =>
    [
        Path.Combine(AppContext.BaseDirectory, "Lifecycle.Functions.dll"), "--port", "0", "--signalr-port", "0",
        "--data", folder.File("data"), "--ready-file", folder.File("ready.json"),
        // A line per transition would measure the console.
        "--Logging:LogLevel:Lifecycle=Warning", .. options,
    ]);

    /// <summary>Starts the bare ASP.NET Core server that is the floor.</summary>
    public static Task<ServerProcess> FloorAsync() => StartAsync(_ => Task.CompletedTask, folder =>
        [Path.Combine(AppContext.BaseDirectory, "Lifecycle.Bench.dll"), "--floor", folder.File("ready.json")]);

    static async Task<ServerProcess> StartAsync(Func<WorkFolder, Task> prepare, Func<WorkFolder, IEnumerable<string>> arguments)
    {
        var folder = new WorkFolder();
        await prepare(folder);
        var ready = folder.File("ready.json");
        var start = Clock.Now;
        var server = new ServerProcess(folder, arguments(folder));
        await Clock.UntilAsync("a server's ready file", () => server.process.HasExited
            ? throw new InvalidOperationException("The server ended before it served.")
            : Task.FromResult(File.Exists(ready)));
        server.StartUp = Clock.Since(start);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        server.Api = new Uri(document.RootElement.GetProperty("api").GetString()!);
        server.SignalR = document.RootElement.TryGetProperty("signalr", out var signalR) ? new Uri(signalR.GetString()!) : server.Api;
        return server;
    }

    public void Dispose()
    {
        if (process.HasExited)
        {
            Console.Error.WriteLine($"A server ended by itself, with {process.ExitCode}.");
        }
        else
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
        folder.Dispose();
    }
}
