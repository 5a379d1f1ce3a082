using Azure;

namespace Lifecycle.Functions.Events;

/// <summary>Says why the queue service did not do something.</summary>
static class QueueFailure
{
    /// <summary>In a few words, and not by the whole message, which lists addresses and headers.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } answered => $"{answered.Status} {answered.ErrorCode}".TrimEnd(),
        RequestFailedException => "it cannot be reached",
        _ => exception.GetType().Name,
    };
}
