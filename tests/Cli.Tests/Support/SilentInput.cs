namespace Lifecycle.Cli.Tests.Support;

/// <summary>A standard input on which nobody types: reads wait, and know nothing of Ctrl-C, as those of a console.</summary>
sealed class SilentInput : TextReader
{
    readonly ManualResetEventSlim over = new();

    /// <summary>Somebody waits for it.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string? ReadLine() => Wait();

    public override string ReadToEnd() => Wait() ?? "";

    public override Task<string> ReadToEndAsync(CancellationToken cancellationToken) => Task.FromResult(ReadToEnd());

    protected override void Dispose(bool disposing)
    {
        over.Set();
        base.Dispose(disposing);
    }

    string? Wait()
    {
        Asked.TrySetResult();
        over.Wait();
        return null;
    }
}
