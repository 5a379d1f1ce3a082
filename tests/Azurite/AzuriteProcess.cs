using System.Diagnostics;

namespace Lifecycle.Azurite;

/// <summary>One run of Azurite, of one service or all. It ends with this process, however that ends.</summary>
sealed class AzuriteProcess : IAsyncDisposable
{
    static readonly TimeSpan startPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan stopPatience = TimeSpan.FromSeconds(10);

    readonly Process process;

    AzuriteProcess(Process process) => this.process = process;

    /// <summary>Starts it and waits until it listens, at the loopback address, which is its default.</summary>
    /// <param name="script">Which of the scripts beside it.</param>
    /// <param name="services">How many services that starts.</param>
    /// <param name="arguments">Its ports, and where its data is.</param>
    public static async Task<AzuriteProcess> StartAsync(string script, int services, string[] arguments)
    {
        string[] always = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"];
        var process = NodePackage.Start("node", await NodePackage.InstallAsync(Folder()), [script, .. arguments, .. always]);
        var azurite = new AzuriteProcess(process);
        try
        {
            await azurite.WhenListeningAsync(services);
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

    async Task WhenListeningAsync(int services)
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
            int listen;
            lock (output)
            {
                output.Add(line ?? "(end of output)");
                listen = output.Count(said => said.Contains("successfully listen", StringComparison.Ordinal));
            }

            if (line is null)
            {
                listening.TrySetException(new InvalidOperationException($"Azurite ended before it listened: {Said()}"));
            }
            else if (listen >= services)
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
