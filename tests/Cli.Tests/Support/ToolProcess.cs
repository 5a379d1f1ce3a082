using System.Diagnostics;
using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>A process, and what it has written so far. Killed when it is not needed any more.</summary>
sealed class ToolProcess : IAsyncDisposable
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(90);

    readonly Process process;
    readonly SharedLog output = new();
    readonly SharedLog error = new();

    public ToolProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(error, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Out => output.ToString();

    public string Error => error.ToString();

    /// <summary>Waits until it has said something.</summary>
    public async Task<string> FirstLineAsync()
    {
        await Eventually.HoldsAsync("a first line", () => process.HasExited ? throw new InvalidOperationException($"It ended: {Out}{Error}") : Task.FromResult(Out.Contains('\n')), seconds: 60);
        return Out.Split('\n')[0];
    }

    /// <summary>Waits until it ends by itself; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(limit);
        return process.ExitCode;
    }

    /// <summary>Ctrl-C.</summary>
    public async Task<int> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    static void Keep(SharedLog log, string? line)
    {
        if (line is not null) log.Writer.WriteLine(line);
    }
}
