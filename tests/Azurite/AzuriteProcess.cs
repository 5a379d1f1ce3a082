using System.Diagnostics;

namespace Lifecycle.Azurite;

/// <summary>One run of Azurite's queue service. It ends with this process, however that ends.</summary>
sealed class AzuriteProcess : IAsyncDisposable
{
    static readonly TimeSpan startPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan stopPatience = TimeSpan.FromSeconds(10);

    readonly Process process;

    AzuriteProcess(Process process) => this.process = process;

    public static async Task<AzuriteProcess> StartAsync(int port, string data)
    {
        string[] arguments = ["--queueHost", "127.0.0.1", "--queuePort", $"{port}", "--location", data, "--silent", "--disableTelemetry", "--skipApiVersionCheck"];
        var process = NodePackage.Start("node", await NodePackage.InstallAsync(Folder()), ["queue.mjs", .. arguments]);
        var azurite = new AzuriteProcess(process);
        try
        {
            await azurite.WhenListeningAsync();
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(stopPatience);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    async Task WhenListeningAsync()
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new List<string>();
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await listening.Task.WaitAsync(startPatience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"Azurite did not listen within {startPatience.TotalSeconds} s: {Said()}", e);
        }

        void Take(string? line)
        {
            lock (output)
            {
                output.Add(line ?? "(end of output)");
            }

            if (line is null)
            {
                listening.TrySetException(new InvalidOperationException($"Azurite ended before it listened: {Said()}"));
            }
            else if (line.Contains("successfully listens", StringComparison.Ordinal))
            {
                listening.TrySetResult();
            }
        }

        string Said()
        {
            lock (output)
            {
                return string.Join(' ', output);
            }
        }
    }

    static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var js = Path.Combine(folder.FullName, "tests", "Azurite", "js");
            if (File.Exists(Path.Combine(js, "queue.mjs")))
            {
                return js;
            }
        }

        throw new InvalidOperationException("The folder tests/Azurite/js is not above the test assembly.");
    }
}
