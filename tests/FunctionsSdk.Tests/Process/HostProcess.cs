using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Lifecycle.FunctionsSdk.Tests.Support;

namespace Lifecycle.FunctionsSdk.Tests.Process;

/// <summary>The sample app as a process of its own.</summary>
sealed partial class HostProcess : IDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    const int SigInt = 2;

    readonly System.Diagnostics.Process _process;
    readonly Task<string> _output;
    readonly Task<string> _errors;
    readonly string _readyFile;

    public HostProcess(TempFolder folder, params string[] args)
    {
        _readyFile = folder.File("ready.json");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        foreach (var argument in (string[])[typeof(SampleApp).Assembly.Location, "--ready-file", _readyFile, .. args])
            start.ArgumentList.Add(argument);
        _process = System.Diagnostics.Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Waits until the host serves; returns the addresses of its API and its SignalR endpoint.</summary>
    public async Task<(Uri Api, Uri SignalR)> WhenReadyAsync()
    {
        var until = TimeProvider.System.GetTimestamp();
        while (!File.Exists(_readyFile))
        {
            Assert.False(_process.HasExited, _process.HasExited ? $"The host ended: {await _errors}" : "");
            Assert.True(TimeProvider.System.GetElapsedTime(until) < s_patience, "The host did not write its ready file.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        using var ready = JsonDocument.Parse(await File.ReadAllTextAsync(_readyFile));
        Assert.Equal(_process.Id, ready.RootElement.GetProperty("pid").GetInt32());
        return (new(ready.RootElement.GetProperty("api").GetString()!), new(ready.RootElement.GetProperty("signalr").GetString()!));
    }

    public void Interrupt() => Assert.Equal(0, Kill(_process.Id, SigInt));

    public async Task<(int ExitCode, string Output, string Errors)> WhenEndedAsync()
    {
        using var late = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(late.Token);
        return (_process.ExitCode, await _output, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
