using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle.Cli.Api;

/// <summary>A host's API. The key goes in a header to this host only, and is in no message.</summary>
sealed class ApiClient : IDisposable
{
    const int MostAnswer = 64 * 1024 * 1024;

    // Longer than the longest that a call may wait on purpose (25 s of a message).
    static readonly TimeSpan limit = TimeSpan.FromSeconds(40);

    readonly HttpClient http;
    readonly Uri root;

    /// <param name="address">The host's, with or without <c>/api</c>.</param>
    /// <param name="key">A function key; null for none.</param>
    /// <param name="header">Another header, for another kind of key.</param>
    public ApiClient(Uri address, string? key, string header = "x-functions-key")
    {
        var text = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        Address = new Uri(text.EndsWith("/api", StringComparison.Ordinal) ? text[..^4] : text);
        root = new Uri(Address.AbsoluteUri.TrimEnd('/') + "/api/");
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = limit,
            MaxResponseContentBufferSize = MostAnswer,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("lifecycle-cli", typeof(ApiClient).Assembly.GetName().Version!.ToString(3)));
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (key?.Any(c => c is < '!' or > '~') == true) throw CliException.BadUsage("The key has characters that no key has: is it copied whole, and alone?");
        if (key is not null) http.DefaultRequestHeaders.Add(header, key);
    }

    /// <summary>The host's, without <c>/api</c>.</summary>
    public Uri Address { get; }

    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <summary>Posts an object, an empty one for none: a host refuses a POST that a web page could have made.</summary>
    public Task<ApiAnswer> PostAsync(string path, JsonObject? body, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, body ?? [], cancellation);

    /// <summary>Asks for something.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">What follows <c>/api/</c>.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CliException">Nobody answers, or the answer is no.</exception>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(root, path));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? Answered(response, text) : throw Refusal.Of(response, text, Address);
        }
        catch (HttpRequestException e)
        {
            throw NotReachable(e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new CliException(ExitCode.NotReachable, $"{Shown} does not answer ({(e.InnerException is TimeoutException ? $"waited {limit.TotalSeconds:0} s" : e.Message)}).");
        }
    }

    public void Dispose() => http.Dispose();

    string Shown => Address.AbsoluteUri.TrimEnd('/');

    ApiAnswer Answered(HttpResponseMessage response, string text)
    {
        if (text.Length == 0 || response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
            return new ApiAnswer((int)response.StatusCode, text);
        throw new CliException(ExitCode.No, $"{Shown} answers, but not as Lifecycle does. Is --url right?");
    }

    CliException NotReachable(HttpRequestException e)
    {
        if (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } && Address.IsLoopback)
            return new CliException(ExitCode.NotReachable, $"Nobody listens at {Shown}: start one with `lifecycle dev`, or say where it is with --url or LIFECYCLE_URL.");
        var why = e.InnerException is AuthenticationException ? $"its certificate is not accepted ({e.InnerException.Message})" : e.Message;
        return new CliException(ExitCode.NotReachable, $"{Shown} cannot be reached: {why}. Is --url right?");
    }
}

/// <summary>What a host answered when it did as asked.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body as it came.</param>
sealed record ApiAnswer(int Status, string Text)
{
    /// <summary>The body as one of the shapes that are shown.</summary>
    /// <exception cref="CliException">It is not of that shape.</exception>
    public T Read<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Text, JsonSerializerOptions.Web) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCode.No, $"The host's answer cannot be read ({e.Message}): is it of a later version than this command line?") { Json = Text };
        }
    }
}
