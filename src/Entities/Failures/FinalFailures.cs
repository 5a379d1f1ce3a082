using System.Net;
using System.Text.Json;

namespace Lifecycle.Entities;

/// <summary>Tells what can never be done from what cannot be done now.</summary>
public static class FinalFailures
{
    // SignalR's management library answers 400 with a type of its own, in which the status is only part of a text.
    const string BadRequest = "AzureSignalRInvalidArgumentException";

    /// <summary>
    /// Whether another try cannot do better: what was to be sent is refused for what it is, by what writes it or by the service. Whatever is
    /// not known to be of this kind (a service that is away, a key that was rotated) passes.
    /// </summary>
    public static bool Include(Exception failure) => failure switch
    {
        AggregateException many => many.InnerExceptions.All(Include),
        UnsendableException or JsonException or ArgumentException or FormatException or NotSupportedException => true,
        NullReferenceException or InvalidCastException or IndexOutOfRangeException or ArithmeticException => true, // a defect that this one meets
        _ when failure.GetType().Name == BadRequest => true,
        HttpRequestException { StatusCode: { } status } => IsAboutTheRequest(status),
        { InnerException: { } cause } => Include(cause), // libraries wrap what they got
        _ => false,
    };

    static bool IsAboutTheRequest(HttpStatusCode status) => status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
        or HttpStatusCode.RequestUriTooLong or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestHeaderFieldsTooLarge;
}
