using System.Buffers.Text;
using System.Text;
using Lifecycle.Fuzzing;

namespace Lifecycle.SignalREmulator.Tests.Tokens;

/// <summary>Access tokens as strangers make them: what is signed and what is not.</summary>
public sealed class TokenFuzzTests
{
    const int Cases = 4000;
    const string Key = "key-0123456789-0123456789-0123456789";

    static readonly DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AccessToken_Damaged_IsRefused()
    {
        var good = AccessToken.Create(Key, "http://localhost/client/?hub=apps", now, TimeSpan.FromHours(1));
        foreach (var made in FuzzRun.Of(Cases, _ => []))
        {
            var damaged = Mutations.Damaged(made.Random, good);
            Assert.True(damaged == good || Check(damaged).Problem is not null, $"{made}: '{damaged}' was taken for '{good}'");
        }

        Assert.Null(Check(good).Problem);
    }

    // Nobody has to know the key to write a header.
    [Fact]
    public void AccessToken_OfAnyHeader_IsRefused()
    {
        foreach (var made in FuzzRun.Of(Cases, new JsonCases("""{"alg":"HS256","typ":"JWT","kid":"1"}""").Next))
        {
            Assert.True(Check($"{Base64Url.EncodeToString(made.Bytes)}.e30.AAAA").Problem is not null, made.ToString());
        }
    }

    [Fact]
    public void AccessToken_OfAnySignedPayload_IsJudged()
    {
        foreach (var made in FuzzRun.Of(Cases, new JsonCases("""{"aud":["http://localhost/client/?hub=apps"],"exp":1767229200,"nbf":0,"asrs.s.uid":"u"}""").Next))
        {
            var signed = $"{Base64Url.EncodeToString("{\"alg\":\"HS256\"}"u8)}.{Base64Url.EncodeToString(made.Bytes)}";
            var mac = System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.ASCII.GetBytes(signed));
            var failure = Record.Exception(() => Check($"{signed}.{Base64Url.EncodeToString(mac)}").UserId);
            Assert.True(failure is null, $"{made}: {failure}");
        }
    }

    static AccessTokenVerdict Check(string token) => AccessTokenReader.Check(token, Key, now, audience => audience == "http://localhost/client/?hub=apps");
}
