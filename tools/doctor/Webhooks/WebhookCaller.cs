using System.Net;

namespace Lifecycle.Doctor.Webhooks;

/// <summary>Sends webhooks to the app, and follows no redirect.</summary>
sealed class WebhookCaller(DoctorOptions options, TimeProvider time) : IDisposable
{
    /// <summary>How long one webhook may take: twice what Lifecycle gives by default.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = Limit,
    };

    public async Task<WebhookAnswer> SendAsync(WebhookDraft draft, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        try
        {
            using var request = draft.ToRequest(options.WebhookUrl, options.Secrets[0]);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return new WebhookAnswer((int)response.StatusCode, time.GetElapsedTime(begun))
            {
                HeldBy = Header(response, "x-lifecycle-held-by"),
                Leaving = Header(response, "x-lifecycle-leaving"),
                RetryAfter = Header(response, "retry-after"),
                MediaType = response.Content.Headers.ContentType?.MediaType,
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new WebhookAnswer(0, time.GetElapsedTime(begun), e is OperationCanceledException ? $"none within {Limit.TotalSeconds:0} s" : e.Message);
        }
    }

    /// <summary>Whether anybody answers at the app's address.</summary>
    public async Task<bool> IsThereAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, options.WebhookUrl) { Version = HttpVersion.Version11 };
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
