using Azure;

namespace Lifecycle.Functions.Events;

/// <summary>Says why the queue service did not do something.</summary>
static class QueueFailure
{
    const int TooLarge = 413;

    // Not every 400: an old version of the service gives one for the library's headers, and the next deployment makes that good.
    static readonly string[] aboutTheMessage = ["RequestBodyTooLarge", "MessageTooLarge", "InvalidXmlDocument", "InvalidXmlNodeValue", "UnsupportedXmlNode"];

    /// <summary>Whether it refused a message for what it is, and not because of the moment, the queue or the account.</summary>
    public static bool IsAboutTheMessage(RequestFailedException failure) =>
        failure.Status == TooLarge || aboutTheMessage.Contains(failure.ErrorCode);

    /// <summary>In a few words, and not by the whole message, which lists addresses and headers.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } answered => $"{answered.Status} {answered.ErrorCode}".TrimEnd(),
        RequestFailedException => "it cannot be reached",
        _ => exception.GetType().Name,
    };
}
