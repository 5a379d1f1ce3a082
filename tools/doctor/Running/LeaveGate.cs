using System.Diagnostics;

namespace Lifecycle.Doctor.Running;

/// <summary>Where the checks of leaving wait for each other: when all are ready the app's process is told to leave, once.</summary>
sealed class LeaveGate(DoctorOptions options, int participants, TimeProvider time) : IAsyncDisposable
{
    readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _over = new();
    Task _telling = Task.CompletedTask;
    int _missing = participants;

    /// <summary>Ready; answers when the process has been told.</summary>
    public Task ReadyAsync()
    {
        Arrive();
        return _told.Task;
    }

    /// <summary>One is ready, or will never be.</summary>
    public void Arrive()
    {
        if (Interlocked.Decrement(ref _missing) == 0) _telling = TellAsync();
    }

    /// <summary>Whether the process has ended; null when it is not known.</summary>
    public bool? HasExited()
    {
        if (options.ProcessId is not { } id) return null;
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Ends what tells it, if that still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _telling;
        _over.Dispose();
    }

    async Task TellAsync()
    {
        var program = options.ProcessId is { } id ? new LeaveProgram("kill", ["-TERM", $"{id}"], time) : new LeaveProgram("/bin/sh", ["-c", options.LeaveCommand!], time);
        if (await program.RunAsync(_over.Token) is { } trouble) _told.TrySetException(new CheckSkippedException($"the process could not be told to leave: {trouble}"));
        else _told.TrySetResult();
    }
}
