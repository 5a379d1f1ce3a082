using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle.Sdk.Negotiation;

/// <summary>Calls <c>POST /api/negotiate</c> and sorts the answer into go, later and never.</summary>
sealed class NegotiateClient(HttpMessageInvoker http, AppServerOptions options, TimeProvider time)
{
    const int MaxAnswerBytes = 64 * 1024;
    const int MaxDetail = 300;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>One call. Network errors are an outcome; only cancellation is thrown.</summary>
    public async Task<NegotiateOutcome> NegotiateAsync(NegotiateRequest body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, WireRules.NegotiateUrl(body.Address ?? options.LifecycleUrl!));
        request.Content = JsonContent.Create(body, options: Json);
        request.Headers.Add("x-lifecycle-version", WireRules.Version.ToString(CultureInfo.InvariantCulture));
        if (body.TakeOverToken is { } takeOver) request.Headers.Add("x-lifecycle-take-over-token", takeOver);
        request.Headers.Add("x-lifecycle-attempt", body.Attempt.ToString(CultureInfo.InvariantCulture));
        if (body.ConnectRefused) request.Headers.Add("x-lifecycle-connect-refused", "true");
        return await SendAsync(request, cancellation);
    }

    /// <summary>Asks where to connect for webhooks.</summary>
    /// <param name="address">Base address of the Lifecycle that is asked.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<NegotiateOutcome> NegotiateRelayAsync(Uri address, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, WireRules.NegotiateRelayUrl(address));
        request.Content = JsonContent.Create(new RelayNegotiateRequest(options.PackageName, options.InstanceId), options: Json);
        return await SendAsync(request, cancellation);
    }

    async Task<NegotiateOutcome> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Add("x-api-key", options.ApiKey);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            return await ReadAsync(response, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new NegotiateOutcome.Retry(new RefusedAttempt(RefusalCode.Network, $"negotiate: {e.Message}"));
        }
    }

    async Task<NegotiateOutcome> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var answer = await ReadJsonAsync(response.Content, cancellation);
        if (response.IsSuccessStatusCode) return ReadRedirect(answer, status);

        var detail = (Text(answer, "detail") ?? Text(answer, "title")) is { } text ? WireRules.Clip(text, MaxDetail) : null;
        // Only Lifecycle speaks problem+json. A bare 403 or 404 comes from a gateway, or from a host that is still
        // loading its routes, in the very minutes in which sessions must not be given up.
        var isProblem = mediaType == MediaTypeNames.Application.ProblemJson;
        // A 401 is about the key, unless it says that it is about the token: then the key was accepted.
        var type = isProblem ? Text(answer, "type") : null;
        var ofToken = status == 401 ? RefusedAttempt.CodeOfProblem(type) : null;
        if (ofToken is null && isProblem && EndReason.FromProblem(status, detail) is { } ended) return new NegotiateOutcome.Refused(ended);
        return new NegotiateOutcome.Retry(new RefusedAttempt(
            ofToken ?? RefusedAttempt.CodeOfNotNow(status, type) ?? RefusalCode.Http(status),
            $"negotiate answered {status}{(detail is null ? "" : $": {detail}")}", RetryAfter(response)));
    }

    static NegotiateOutcome ReadRedirect(JsonElement answer, int status) =>
        Uri.TryCreate(Text(answer, "url"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && Text(answer, "accessToken") is { Length: > 0 } token
            ? new NegotiateOutcome.Redirect(url, token, AckWithin(answer), IsRelayed(answer))
            : new NegotiateOutcome.Retry(new RefusedAttempt(RefusalCode.Http(status), "negotiate answered without a usable url and accessToken"));

    static bool? IsRelayed(JsonElement answer) =>
        answer.TryGetProperty("relayed", out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    // What a server of a later version may say beyond the range is cut to it; what is no number is not said.
    static TimeSpan? AckWithin(JsonElement answer) =>
        answer.TryGetProperty("ackWithinMs", out var value) && value.ValueKind == JsonValueKind.Number && value.GetDouble() is > 0 and var ms
            ? TimeSpan.FromMilliseconds(Math.Min(ms, AckWait.Most.TotalMilliseconds))
            : null;

    TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    /// <summary>The answer as JSON; an undefined element when it is something else or too large.</summary>
    static async Task<JsonElement> ReadJsonAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MaxAnswerBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        if (length > MaxAnswerBytes) return default;
        var reader = new Utf8JsonReader(buffer.AsSpan(0, length));
        try
        {
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return default; // The status code alone decides then.
        }
    }

    sealed record RelayNegotiateRequest(string PackageName, string InstanceId);

    static string? Text(JsonElement answer, string name)
    {
        try
        {
            return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Half of a pair of surrogates: JSON, and no text.
        }
    }
}
