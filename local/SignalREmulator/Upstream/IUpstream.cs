namespace Lifecycle.Local.SignalR;

/// <summary>Where the emulated service delivers its upstream events: over HTTP to a Functions host, or in process.</summary>
public interface IUpstream
{
    /// <summary>Whether events of the hub go here, as the real service's upstream settings say by their hub pattern; those of another hub go nowhere.</summary>
    /// <param name="hub">In lower case.</param>
    bool Takes(string hub) => true;

    /// <summary>Delivers one event and returns the app's answer. A transport failure is an answer with status 502, not a throw.</summary>
    Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation);
}

/// <summary>One upstream request: the X-ASRS-* headers (names without case), content type and body of the real service.</summary>
public sealed record UpstreamRequest(
    IReadOnlyDictionary<string, string> Headers, string ContentType, ReadOnlyMemory<byte> Body);

/// <summary>The app's answer. A 2xx with a body answers an invocation with a completion message.</summary>
public sealed record UpstreamResponse(int StatusCode, string? ContentType, ReadOnlyMemory<byte> Body);
