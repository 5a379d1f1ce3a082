using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Lifecycle.Functions.Tests.Secrets;

/// <summary>The deployed app on the embedded runtime, in a process of its own that can be killed and started again.</summary>
sealed class LifecycleProcess : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly ConcurrentQueue<string> output;
    readonly HttpClient http = new();
    bool isDisposed;

    LifecycleProcess(Process process, ConcurrentQueue<string> output)
    {
        (this.process, this.output) = (process, output);
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where its API answers.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="folder">For its data, its keys and its ready file.</param>
    /// <param name="output">Takes every line that it writes.</param>
    /// <param name="options">More of its command line.</param>
    public static async Task<LifecycleProcess> StartAsync(string folder, ConcurrentQueue<string> output, params string[] options)
    {
        var ready = Path.Combine(folder, "ready.json");
        File.Delete(ready);
        var dotnet = Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet,
        [
            typeof(LifecycleApp).Assembly.Location, "--port", "0", "--signalr-port", "0", "--data", Path.Combine(folder, "data"),
            "--ready-file", ready, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace", "--Logging:LogLevel:System=Trace",
            "--Logging:LogLevel:Lifecycle.Local=Trace", .. options,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        var host = new LifecycleProcess(Process.Start(start)!, output);
        await host.UntilAsync("it serves", () => Task.FromResult(File.Exists(ready)));
        using var said = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        host.http.BaseAddress = new Uri(said.RootElement.GetProperty("api").GetString()!);
        return host;
    }

    public async Task<(int Status, string Text)> CallAsync(string method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null || method == "POST")
        {
            request.Content = new StringContent(body is null ? "" : JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Waits until something holds.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.False(process.HasExited, $"The host ended while waiting until {what}: {string.Join('\n', output.TakeLast(20))}");
            Assert.True(TimeProvider.System.GetElapsedTime(start) < patience, $"Waited in vain until {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }

    /// <summary>kill -9, and waits until all that it wrote is read.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        http.Dispose();
    }
}
