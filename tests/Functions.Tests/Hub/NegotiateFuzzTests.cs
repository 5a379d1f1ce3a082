using System.Text;
using Lifecycle.Fuzzing;

namespace Lifecycle.Functions.Tests.Hub;

/// <summary>Negotiate as strangers ask: bodies, queries and headers that look like good ones.</summary>
public sealed class NegotiateFuzzTests
{
    const int Cases = 3000;

    static readonly JsonCases bodies = new(
        $$"""{"sessionId":"s1","packageName":"{{TestApp.Package}}","instanceId":"i1","reconnect":true,"reconnectToken":"lrt1.a.b.c","lastSeq":0,"attempt":1,"connectRefused":false,"version":2,"takeOverToken":"lto1.a.b.c"}""",
        $$"""{"sessionId":"s1","packageName":"{{TestApp.Package}}","instanceId":"i1"}""",
        $$"""{"sessionId":"s1","packageName":"{{TestApp.Package}}","version":2}""",
        "{}");

    static readonly string[] queries = ["sessionId", "packageName", "instanceId", "reconnect", "reconnectToken", "lastSeq", "attempt", "connectRefused", "version", "takeOverToken"];

    static readonly string[] headers = ["session-id", "package-name", "instance-id", "reconnect", "reconnect-token", "last-seq", "attempt", "connect-refused", "version", "take-over-token"];

    static readonly string[] types = ["application/json", "application/json; charset=utf-16", "application/problem+json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

    [Fact]
    public void Negotiate_with_whatever_is_sent_answers_or_refuses_and_changes_nothing() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        var before = await app.SessionAsync();
        foreach (var made in FuzzRun.Of(Cases, bodies.Next))
        {
            var answer = await app.SendBytesAsync("POST", "/api/negotiate" + Query(made), made.Bytes, made.Random.Next(5) == 0 ? made.OneOf<string>(types) : types[0], Headers(made));
            FuzzedAnswers.AssertProper(answer, made);
            if (answer.Status >= 400)
            {
                Assert.Equal(before.GetRawText(), (await app.SessionAsync()).GetRawText());
            }
        }

        await app.AttachAsync(instance: "i2");
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    // Also twice, which says nothing that could be read.
    static string Query(FuzzCase made)
    {
        var query = new StringBuilder();
        for (var left = Math.Max(0, made.Random.Next(5) - 2); left > 0; left--)
        {
            query.Append(query.Length == 0 ? '?' : '&').Append(made.OneOf<string>(queries)).Append('=').Append(Uri.EscapeDataString(Value(made)));
        }

        return query.ToString();
    }

    static (string, string)[] Headers(FuzzCase made) =>
    [
        .. made.Random.Next(20) > 0 ? [("x-api-key", TestApp.Key)] : Array.Empty<(string, string)>(),
        .. made.Random.Next(20) == 0 ? [("Authorization", $"Bearer {Mutations.Damaged(made.Random, TestApp.Key)}")] : Array.Empty<(string, string)>(),
        .. Enumerable.Range(0, Math.Max(0, made.Random.Next(5) - 2)).Select(_ => ($"x-lifecycle-{made.OneOf<string>(headers)}", Value(made))),
    ];

    static string Value(FuzzCase made) => made.OneOf<string>("s1", TestApp.Package, "i1", "true", "1", "-0", "1e400", "99999999999999999999", "", " ", "\0", "..", new string('a', 5000), "ü", "\ufeff1");
}
