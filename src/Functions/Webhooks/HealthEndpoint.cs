namespace Lifecycle.Functions.Webhooks;

/// <summary>
/// Asks an app's health URL, on the road of its webhooks: to allowed targets only, without proxy, cookies and redirects. It carries nothing that says who
/// asks or for whom, and of the answer only the status counts.
/// </summary>
public sealed class HealthEndpoint(WebhookTransport transport, TimeProvider time)
{
    /// <summary>One GET, within <see cref="HealthSchedule.Timeout"/>. Its result is a value, never a throw; accepted means 2xx.</summary>
    public async Task<WebhookResult> AskAsync(string url)
    {
        using var timeout = new CancellationTokenSource(HealthSchedule.Timeout, time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.UserAgent.ParseAdd("Lifecycle/1.0");
            using var response = await transport.SendAsync(request, timeout.Token);
            return WebhookResult.FromStatus((int)response.StatusCode);
        }
        catch (OperationCanceledException)
        {
            return WebhookResult.FromFailure(WebhookFailure.Timeout);
        }
        catch (HttpRequestException e)
        {
            return WebhookResult.FromFailure(WebhookFailures.Of(e));
        }
        catch (UriFormatException)
        {
            return WebhookResult.FromFailure(WebhookFailure.UnknownHost);
        }
    }
}
