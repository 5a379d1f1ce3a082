using Lifecycle.Fuzzing;

namespace Lifecycle.Functions.Tests.Http;

/// <summary>The platform's calls with documents and queries that look like good ones.</summary>
public sealed class HttpFuzzTests
{
    const int Cases = 300;

    static readonly (string Method, string Path, string Good)[] calls =
    [
        ("PUT", "/api/apps/com.example.fuzzed", """{"webhookUrl":"http://app.example/hook","apiKey":"0123456789-0123456789","ownerUrl":"https://owner.example/","webhookSecrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],"policy":{"reconnectGraceMs":6000,"maxAttempts":3}}"""),
        ("POST", $"/api/sessions/s2/apps/{TestApp.Package}/start", """{"foreground":true}"""),
        ("POST", $"/api/sessions/s2/apps/{TestApp.Package}/stop", """{"reason":"bye"}"""),
        ("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", """{"body":{"a":[1,"x",null]},"id":"m1","waitMs":0}"""),
        ("POST", $"/api/sessions/s1/apps/{TestApp.Package}/what-if", """{"policy":{"reconnectGraceMs":6000}}"""),
        ("POST", "/api/app-sessions/stop", """{"filter":{"state":["RUNNING"],"package":"com.example.*","session":"s9","blame":"app","since":"2026-01-01T00:00:00Z"},"dryRun":true,"all":false,"reason":"x"}"""),
        ("POST", "/api/import", """{"form":1,"until":"2026-01-01T01:00:00Z","apps":[],"sessions":[{"sessionId":"s7","packageName":"com.example.notes","cargo":{"state":"RUNNING","mailbox":{"kept":[]}}}]}"""),
        ("POST", "/api/relay/negotiate", """{"packageName":"com.example.notes","instanceId":"i1"}"""),
    ];

    static readonly string[] parameters =
        ["state=RUNNING", "package=com.example.*", "session=s1", "blame=app", "since=2026-01-01T00:00:00Z", "limit=10", "cursor=eyJmIjpudWxsfQ", "at=2026-01-01T00:00:00Z", "code=x"];

    static readonly string[] lists = ["/api/app-sessions", "/api/fleet", "/api/export", "/api/apps", $"/api/sessions/s1/apps/{TestApp.Package}/explain"];

    [Fact]
    public void Every_call_with_whatever_is_sent_answers_or_refuses() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        foreach (var (method, path, good) in calls)
        {
            foreach (var made in FuzzRun.Of(Cases, new JsonCases(good).Next))
            {
                FuzzedAnswers.AssertProper(await app.SendBytesAsync(method, path, made.Bytes, headers: ("x-api-key", TestApp.Key)), made, $"{method} {path}");
            }
        }

        await app.Settle();
        Assert.Equal("RUNNING", await app.StateAsync());
        await app.StartAsync("s3");
        await app.AttachAsync("s3");
        Assert.Equal("RUNNING", await app.StateAsync("s3"));
    });

    [Fact]
    public void Every_list_with_whatever_filter_answers_or_refuses_and_changes_nothing() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        var before = (await app.SessionAsync()).GetRawText();
        foreach (var made in FuzzRun.Of(2000, _ => []))
        {
            var path = $"{made.OneOf<string>(lists)}?{string.Join('&', Enumerable.Range(0, made.Random.Next(1, 4)).Select(_ => Parameter(made)))}";
            FuzzedAnswers.AssertProper(await app.SendAsync("GET", path, null), made, path);
        }

        Assert.Equal(before, (await app.SessionAsync()).GetRawText());
    });

    static string Parameter(FuzzCase made)
    {
        var good = made.OneOf<string>(parameters);
        var (name, value) = (good[..good.IndexOf('=')], good[(good.IndexOf('=') + 1)..]);
        return made.Random.Next(4) switch
        {
            0 => good,
            1 => $"{name}={EscapedBytes(made)}",
            2 => $"{Escaped(made, name)}={value}",
            _ => $"{name}={Escaped(made, value)}",
        };
    }

    // What no text is, as a client escapes it that does not know UTF-8.
    static string EscapedBytes(FuzzCase made) => made.OneOf<string>("%ED%A0%80", "%FF", "%00", "%C3", "%", "%zz", "%EF%BB%BF", "+", "%2B", "%0D%0A");

    static string Escaped(FuzzCase made, string text)
    {
        var damaged = Mutations.Damaged(made.Random, text);
        return Uri.EscapeDataString(damaged.Replace('\ud83d', '\ufffd'));
    }
}
