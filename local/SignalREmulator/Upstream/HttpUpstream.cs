using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Local.SignalR;

/// <summary>Posts events to a Functions host, at an address made from a template with {hub}, {category} and {event}.</summary>
public sealed class HttpUpstream : IUpstream, IDisposable
{
    readonly string template;
    readonly HashSet<string>? hubs;
    readonly HttpClient http;
    readonly ILogger logger;

    /// <summary>
    /// Posts to the template's addresses; an answer is waited for as long as <paramref name="timeout"/> (100 s by default). Events of other
    /// hubs than <paramref name="hubs"/> go nowhere; by default those of all hubs are sent.
    /// </summary>
    /// <exception cref="FormatException">The template does not make http or https addresses.</exception>
    public HttpUpstream(string template, TimeSpan? timeout = null, HttpMessageHandler? handler = null, ILogger? logger = null, IEnumerable<string>? hubs = null)
    {
        this.hubs = hubs?.ToHashSet(StringComparer.OrdinalIgnoreCase);
        this.template = template;
        this.logger = logger ?? NullLogger.Instance;
        if (!Uri.TryCreate(Expand("hub", "category", "event"), UriKind.Absolute, out var sample) || sample.Scheme is not ("http" or "https"))
        {
            throw new FormatException("The upstream template must be an http or https address.");
        }
        http = new HttpClient(handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // User ids and method names may have any characters.
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8
        })
        {
            Timeout = timeout ?? TimeSpan.FromSeconds(100)
        };
    }

    /// <inheritdoc/>
    public bool Takes(string hub) => hubs?.Contains(hub) ?? true;

    /// <inheritdoc/>
    public async Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, Address(request)) { Content = new ReadOnlyMemoryContent(request.Body) };
        post.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        foreach (var (name, value) in request.Headers)
        {
            post.Headers.TryAddWithoutValidation(name, value);
        }
        try
        {
            using var response = await http.SendAsync(post, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return new((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), body);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            ServiceLog.UpstreamUnreachable(logger, request.Headers["X-ASRS-Event"], request.Headers["X-ASRS-Connection-Id"], e.Message);
            return new(502, null, default);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();

    string Address(UpstreamRequest request)
        => Expand(request.Headers["X-ASRS-Hub"], request.Headers["X-ASRS-Category"], request.Headers["X-ASRS-Event"]);

    string Expand(string hub, string category, string @event) => template
        .Replace("{hub}", Uri.EscapeDataString(hub), StringComparison.OrdinalIgnoreCase)
        .Replace("{category}", Uri.EscapeDataString(category), StringComparison.OrdinalIgnoreCase)
        .Replace("{event}", Uri.EscapeDataString(@event), StringComparison.OrdinalIgnoreCase);
}
