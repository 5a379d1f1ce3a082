using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Lifecycle.Fuzzing;
using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Lifecycle.Sdk.Tests.Webhooks;

/// <summary>Webhooks with whatever body and headers, rightly signed for the most part: what is none is refused as a problem, and the address goes on.</summary>
public sealed class WebhookFuzzTests : IAsyncLifetime
{
    const int Cases = 3000;

    static readonly byte[] s_key = [.. Enumerable.Repeat((byte)1, 32)];
    static readonly string s_secret = SignedAddress.SecretOf(s_key);

    static readonly JsonCases s_bodies = new(
        """{"type":"session_request","sessionId":"s1","packageName":"com.example.notes","correlationId":"c1","runId":"r7","attempt":1,"reason":"start","timestamp":"2026-01-01T00:00:00Z"}""",
        """{"type":"handover_request","sessionId":"s1","packageName":"com.example.notes","takeOverToken":"lto1.a.b.c","leaving":"i1","reason":"hand_over","attempt":1}""",
        """{"type":"stop_request","sessionId":"s1","packageName":"com.example.notes"}""");

    static readonly string[] s_types = ["text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "application/problem+json"];

    readonly List<LifecycleWebhook> _handled = [];
    SignedAddress _address = null!;

    public async Task InitializeAsync() => _address = await SignedAddress.StartAsync([s_key], webhook =>
    {
        _handled.Add(webhook);
        return Task.CompletedTask;
    });

    public Task DisposeAsync() => _address.DisposeAsync().AsTask();

    [Fact]
    public async Task Any_body_is_taken_or_refused_with_a_problem()
    {
        foreach (var made in FuzzRun.Of(Cases, s_bodies.Next)) await AssertAnsweredAsync(Post(made.Bytes, $"w{made.Seed}"), made);
        await AssertTakesGoodAsync();
    }

    [Fact]
    public async Task Any_headers_are_taken_or_refused_with_a_problem()
    {
        var body = Good();
        foreach (var made in FuzzRun.Of(Cases, _ => []))
        {
            using var request = Post(body, $"w{made.Seed}");
            var name = made.OneOf<string>("webhook-id", "webhook-timestamp", "webhook-signature", "content-type");
            if (name == "content-type") request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(made.OneOf<string>(s_types));
            else Change(request, name, made);
            await AssertAnsweredAsync(request, made);
        }
        await AssertTakesGoodAsync();
    }

    [Fact]
    public void Signature_Damaged_DoesNotMatch()
    {
        var verifier = new WebhookVerifier([s_secret], _address.Time);
        var (body, time) = (Good(), _address.Now);
        var good = SignedAddress.Sign(s_key, "w1", time, body);
        foreach (var made in FuzzRun.Of(Cases, _ => []))
        {
            var damaged = Mutations.Damaged(made.Random, body);
            Assert.True(damaged.AsSpan().SequenceEqual(body) || verifier.Check("w1", time, good, damaged) == WebhookSignatureFault.NoMatch, made.ToString());
            var failure = Record.Exception(() => verifier.Check("w1", time, Mutations.Damaged(made.Random, good), body));
            Assert.True(failure is null, $"{made}: {failure}");
        }
        Assert.Null(verifier.Check("w1", time, good, body));
    }

    // Also a second time, and the good one behind it.
    static void Change(HttpRequestMessage request, string name, FuzzCase made)
    {
        var value = request.Headers.GetValues(name).Single();
        var other = new string([.. Mutations.Damaged(made.Random, value).Where(c => c is >= ' ' and <= '~')]);
        request.Headers.Remove(name);
        if (made.Random.Next(4) > 0) request.Headers.TryAddWithoutValidation(name, made.OneOf<string>(other, other, "", "-1", "1e400", new string('9', 30), new string('a', 5000)));
        if (made.Random.Next(4) == 0) request.Headers.TryAddWithoutValidation(name, value);
    }

    async Task AssertAnsweredAsync(HttpRequestMessage request, FuzzCase made)
    {
        _handled.Clear();
        using var answer = await _address.SendAsync(request);
        var (status, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        Assert.True(status < 500, $"{made}: {status} {text}");
        Assert.DoesNotContain(s_secret, text);
        if (status < 400) return;
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{made}: {status} {text}");
        Assert.True(_handled.Count == 0, $"{made}: refused, and handled");
    }

    async Task AssertTakesGoodAsync()
    {
        _handled.Clear();
        using var answer = await _address.SendAsync(Post(Good(), "last"));
        Assert.Equal(202, (int)answer.StatusCode);
        Assert.Equal("s1", Assert.Single(_handled).SessionId);
    }

    HttpRequestMessage Post(byte[] body, string id)
    {
        var (request, time) = (_address.NewRequest(new ByteArrayContent(body)), _address.Now);
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.Add("webhook-signature", SignedAddress.Sign(s_key, id, time, body));
        return request;
    }

    static byte[] Good() => Encoding.UTF8.GetBytes("""{"type":"session_request","sessionId":"s1","packageName":"com.example.notes"}""");
}
