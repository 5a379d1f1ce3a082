namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>
/// Holds requests back while the host starts: the ports are taken first, so that a taken one is found before any durable work runs,
/// and what arrives until the functions can run waits here.
/// </summary>
sealed class HostGate
{
    readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public Task WaitAsync(CancellationToken cancellation) =>
        _open.Task.IsCompleted ? Task.CompletedTask : _open.Task.WaitAsync(cancellation);
}
