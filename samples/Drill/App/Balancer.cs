using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Samples.Drill.App;

/// <summary>A process behind a balancer, and how new its version is.</summary>
sealed record Upstream(Uri Address, int Version);

/// <summary>
/// Passes a request on to one process after the other, the newest version first and in turns among those of one version, until one takes it:
/// one that answers 503 or does not listen does not. Reads its list of them anew for each request.
/// </summary>
sealed class Balancer(string upstreamsFile) : IDisposable
{
    static readonly string[] answerHeaders = ["Retry-After", "x-lifecycle-leaving", "x-lifecycle-held-by"];

    readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    int turn = -1;

    /// <summary>As a request's end: answers what the process that took it answered, or the last that did not; 503 when none is there.</summary>
    public async Task PassAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        HttpResponseMessage? answer = null;
        foreach (var upstream in InTurn())
        {
            if (await TryAsync(context.Request, new Uri(upstream.Address, context.Request.Path), body.ToArray(), context.RequestAborted) is not { } said) continue;
            answer?.Dispose();
            answer = said;
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable) break;
        }
        using (answer) await AnswerAsync(context.Response, answer);
    }

    /// <summary>What all of them know of their sessions.</summary>
    public async Task<IReadOnlyList<JsonElement>> SessionsAsync(CancellationToken cancellation)
    {
        var all = await Task.WhenAll(InTurn().Select(upstream => http.GetFromJsonAsync<JsonElement[]>(new Uri(upstream.Address, AppProgram.SessionsPath), cancellation)));
        return [.. all.SelectMany(sessions => sessions!)];
    }

    public void Dispose() => http.Dispose();

    IReadOnlyList<Upstream> InTurn()
    {
        var first = Interlocked.Increment(ref turn) & int.MaxValue;
        var all = JsonSerializer.Deserialize<Upstream[]>(File.ReadAllText(upstreamsFile))!;
        return [.. all.GroupBy(upstream => upstream.Version).OrderByDescending(version => version.Key).SelectMany(version =>
        {
            var alike = version.ToList();
            return alike.Skip(first % alike.Count).Concat(alike.Take(first % alike.Count));
        })];
    }

    async Task<HttpResponseMessage?> TryAsync(HttpRequest request, Uri address, byte[] body, CancellationToken cancellation)
    {
        using var copy = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        copy.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        foreach (var (name, value) in request.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)))
            copy.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        try
        {
            return await http.SendAsync(copy, cancellation);
        }
        catch (HttpRequestException)
        {
            return null; // It is gone, or not there yet.
        }
    }

    static async Task AnswerAsync(HttpResponse response, HttpResponseMessage? answer)
    {
        response.StatusCode = (int)(answer?.StatusCode ?? HttpStatusCode.ServiceUnavailable);
        if (answer is null) return;
        foreach (var name in answerHeaders.Where(answer.Headers.Contains)) response.Headers[name] = answer.Headers.GetValues(name).ToArray();
        response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(response.Body);
    }
}
