using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lifecycle.Doctor.Tests.Support;

namespace Lifecycle.Doctor.Tests.Faults;

/// <summary>Faults in what negotiate is told, and in what is made of its answers.</summary>
sealed class FaultyNegotiation(IReadOnlySet<Fault> faults) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    const int Hammered = 40;

    // Of the others the doctor waits for another try before it waits for a connection: that one is made, and its answer not heard.
    static readonly string[] stopsAtOnce = ["ack-never", "reconnect-before-ack", "hub-silence", "hub-pings", "hub-handshake-hangs"],
        stops = [.. stopsAtOnce, "negotiate-hangs", "negotiate-transport-refused", "negotiate-transport-unauthorized"];

    readonly ConcurrentDictionary<string, int> _calls = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var body = await SayAsync(request, cancellation);
        var session = (string)JsonNode.Parse(body)!["sessionId"]!;
        var call = _calls.AddOrUpdate(session, 1, (_, count) => count + 1);
        if (call > 1 && faults.Contains(Fault.StopsTrying) && Moods.IsOf(session, stops)) await StopAsync(request, call == 2 && !Moods.IsOf(session, stopsAtOnce), cancellation);
        var response = faults.Contains(Fault.Hammers) ? await HammerAsync(request, body, cancellation)
            : faults.Contains(Fault.HangsUp) && Moods.IsOf(session, "negotiate-slow") ? await HangUpAsync(request, cancellation)
            : await base.SendAsync(request, cancellation);
        if (call == 1) await AskBesidesAsync(request, body, session, cancellation);
        if (faults.Contains(Fault.IgnoresRetryAfter)) response.Headers.Remove("retry-after");
        if (faults.Contains(Fault.HasNoPatience) && response.StatusCode == HttpStatusCode.OK) await ForgetPromiseAsync(response, cancellation);
        return response;
    }

    async Task<HttpResponseMessage> HammerAsync(HttpRequestMessage request, string body, CancellationToken cancellation)
    {
        for (var again = 0; ; again++)
        {
            try
            {
                var response = await base.SendAsync(again == 0 ? request : Copy(request, body), cancellation);
                if (again == Hammered || (response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync(cancellation)).Contains("\"url\""))) return response;
                response.Dispose();
            }
            catch (HttpRequestException) when (again < Hammered)
            {
                // At once again.
            }
            await Task.Delay(25, cancellation);
        }
    }

    async Task<HttpResponseMessage> HangUpAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        over.CancelAfter(TimeSpan.FromSeconds(1));
        return await base.SendAsync(request, over.Token);
    }

    async Task StopAsync(HttpRequestMessage request, bool isMade, CancellationToken cancellation)
    {
        if (isMade) (await base.SendAsync(request, cancellation)).Dispose();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
    }

    async Task AskBesidesAsync(HttpRequestMessage request, string body, string session, CancellationToken cancellation)
    {
        if (faults.Contains(Fault.AsksWhileItStands) && Moods.IsOf(session, "attach-once")) _ = AskLaterAsync(request, body);
        if (!Moods.IsOf(session, "attach-in-time")) return;
        if (faults.Contains(Fault.ComesUnasked)) (await base.SendAsync(Copy(request, body.Replace(session, "doctor-nobody", StringComparison.Ordinal)), cancellation)).Dispose();
        if (faults.Contains(Fault.NegotiatesByGet))
            (await base.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{request.RequestUri}?sessionId={session}") { Headers = { { "x-api-key", Keys.ApiKey } } }, cancellation)).Dispose();
    }

    async Task AskLaterAsync(HttpRequestMessage request, string body)
    {
        await Task.Delay(TimeSpan.FromSeconds(1));
        (await base.SendAsync(Copy(request, body), CancellationToken.None)).Dispose();
    }

    async Task<string> SayAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellation))!.AsObject();
        if (faults.Contains(Fault.ForgetsToken)) body.Remove("reconnectToken");
        if (faults.Contains(Fault.ForgetsLastSeq)) body.Remove("lastSeq");
        if (faults.Contains(Fault.ChangesName)) body["instanceId"] = Guid.NewGuid().ToString("n");
        if (faults.Contains(Fault.SaysItComesBack)) body["reconnect"] = true;
        if (faults.Contains(Fault.CountsAhead) && body["lastSeq"] is { } seq) body["lastSeq"] = (long)seq + 100;
        if (faults.Contains(Fault.ShowsKeyInAddress)) request.RequestUri = new Uri($"{request.RequestUri}?key={Keys.ApiKey}");
        if (faults.Contains(Fault.SaysMore)) body["weather"] = "rain";
        if (faults.Contains(Fault.CountsNothing)) request.Headers.Remove("x-lifecycle-attempt");
        if (faults.Contains(Fault.SaysNoVersion)) request.Headers.Remove("x-lifecycle-version");
        if (faults.Contains(Fault.ShowsNoKey)) request.Headers.Remove("x-api-key");
        if (faults.Contains(Fault.DropsTakeOverToken)) request.Headers.Remove("x-lifecycle-take-over-token");
        request.Content = Json(body.ToJsonString());
        return body.ToJsonString();
    }

    static async Task ForgetPromiseAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation)) as JsonObject;
        answer?.Remove("ackWithinMs");
        response.Content = Json(answer?.ToJsonString() ?? "");
    }

    static HttpRequestMessage Copy(HttpRequestMessage request, string body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = Json(body) };
        foreach (var (name, values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
        return copy;
    }

    static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
