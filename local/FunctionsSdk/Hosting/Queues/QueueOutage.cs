using Azure;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>Tells once that a storage account cannot be reached, and once that it can be again, for all its queues.</summary>
sealed class QueueOutage(string setting, ILogger logger)
{
    int _down;

    public void Failed(Exception exception)
    {
        if (Interlocked.Exchange(ref _down, 1) == 0)
            QueueLog.Down(logger, setting, Reason(exception));
    }

    public void Succeeded()
    {
        if (Volatile.Read(ref _down) == 1 && Interlocked.Exchange(ref _down, 0) == 1)
            QueueLog.Back(logger, setting);
    }

    /// <summary>A failure in a few words, without headers and addresses, which may carry signatures.</summary>
    public static string Reason(Exception exception) => exception is RequestFailedException { Status: > 0 } answered
        ? $"{answered.Status} {answered.ErrorCode}".TrimEnd()
        : exception.GetBaseException() is var cause && cause is System.Net.Sockets.SocketException ? cause.Message : exception.GetType().Name;
}
