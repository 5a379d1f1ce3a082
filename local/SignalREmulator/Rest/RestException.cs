namespace Lifecycle.Local.SignalR;

/// <summary>A request that the REST API turns down.</summary>
sealed class RestException(int statusCode, string code, string message) : Exception(message)
{
    public int StatusCode { get; } = statusCode;

    public string Code { get; } = code;

    public static RestException Invalid(string message) => new(400, ServiceErrorCodes.InvalidRequest, message);

    public static RestException NotFound(string code, string message) => new(404, code, message);
}
