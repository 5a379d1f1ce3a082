using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>A program as a process of its own: its output goes to a file, its life ends with the drill's at the latest.</summary>
sealed partial class ChildProcess : IDisposable
{
    const int SigTerm = 15;

    static readonly string[] Foreign = ["ASPNETCORE_", "Embedded", "Lifecycle", "AzureSignalR", "AzureWebJobs"];

    readonly Process process;
    readonly StreamWriter log;
    bool isDisposed;

    ChildProcess(Process process, StreamWriter log) => (this.process, this.log) = (process, log);

    public int Id => process.Id;

    public bool IsRunning => !process.HasExited;

    /// <summary>Starts a .NET program; <paramref name="assembly"/> is the path of its .dll. The rest as for any program.</summary>
    public static ChildProcess Start(
        string assembly, IEnumerable<string> arguments, string logFile, params ReadOnlySpan<(string Name, string Value)> environment) =>
        StartProgram(DotnetPath, [assembly, .. arguments], logFile, environment);

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path, or its name on the path.</param>
    /// <param name="arguments">Its arguments, not quoted.</param>
    /// <param name="logFile">Its output is appended here.</param>
    /// <param name="environment">Variables that only it should see.</param>
    public static ChildProcess StartProgram(
        string program, IEnumerable<string> arguments, string logFile, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(logFile),
        };
        // Settings that a developer has for the real app must not reach the drill's.
        foreach (var name in start.Environment.Keys.Where(key => Foreign.Any(f => key.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;

        var log = new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => Write(log, $"--- ended with exit code {process.ExitCode}");
        process.OutputDataReceived += (_, line) => Write(log, line.Data);
        process.ErrorDataReceived += (_, line) => Write(log, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process, log);
    }

    /// <summary>kill -9: no goodbye, no flush. Waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        if (IsRunning) process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Ends its input, upon which it ends by itself; kills it when it does not in time.</summary>
    /// <exception cref="DrillException">It had to be killed.</exception>
    public async Task EndAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        process.StandardInput.Close();
        await WaitAsync(limit, time, cancellation);
    }

    /// <summary>SIGTERM, as a platform says it: it ends by itself. Answers its exit code and how long it took; kills it when it does not end in time.</summary>
    /// <exception cref="DrillException">It had to be killed.</exception>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        if (Kill(process.Id, SigTerm) != 0) throw new DrillException("a process could not be sent SIGTERM");
        await WaitAsync(limit, time, cancellation);
        return (process.ExitCode, time.GetElapsedTime(start));
    }

    /// <summary>Kills it when it still runs.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        if (IsRunning)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        process.Dispose();
        lock (log) log.Dispose();
    }

    async Task WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await KillAsync();
            throw new DrillException($"a process did not end within {limit.TotalSeconds:0} s when it was asked to");
        }
    }

    /// <summary>The dotnet that runs this program: it may not be on the path.</summary>
    static string DotnetPath { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    static void Write(StreamWriter log, string? line)
    {
        if (line is null) return;
        lock (log)
        {
            if (log.BaseStream.CanWrite) log.WriteLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
