namespace Lifecycle.Local.SignalR;

/// <summary>The service did not let a client in.</summary>
/// <param name="statusCode">401 for a bad token, 400 for a bad request, 503 while connections are refused.</param>
/// <param name="message">Why.</param>
public sealed class ClientRefusedException(int statusCode, string message) : Exception(message)
{
    /// <summary>The HTTP status that a client over a socket gets.</summary>
    public int StatusCode { get; } = statusCode;
}
