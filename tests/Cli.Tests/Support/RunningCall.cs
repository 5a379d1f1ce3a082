using Lifecycle.FunctionsSdk.Tests.Support;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>A call that goes on until Ctrl-C, and what it has written so far.</summary>
sealed class RunningCall : IAsyncDisposable
{
    readonly SharedLog output = new();
    readonly SharedLog error = new();
    readonly CancellationTokenSource interrupted = new();
    readonly Task<int> running;

    public RunningCall(CommandLine cli, string[] args) => running = cli.RunAsync(args, output.Writer, error.Writer, interrupted.Token);

    public string Out => output.ToString();

    public string Error => error.ToString();

    public void Interrupt() => interrupted.Cancel();

    /// <summary>Waits until it ends; its exit code.</summary>
    public Task<int> EndAsync() => running.WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        await interrupted.CancelAsync();
        await running;
        interrupted.Dispose();
    }
}
