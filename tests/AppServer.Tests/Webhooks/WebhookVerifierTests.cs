using Lifecycle.Sdk.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Sdk.Tests.Webhooks;

public class WebhookVerifierTests
{
    // Made with the npm package standardwebhooks 1.1.1 over {"test": 2432232314}, id msg_p5jXN8AQM9LWM0D4loKWxJek, time 1614265330.
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
    const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const string At = "1614265330";
    const string Signature = "v1,455+aOk04wwxufzYeT7AdJGy67Jm9L1UV9h0WvJANVo=";

    static readonly byte[] s_body = """{"test": 2432232314}"""u8.ToArray();
    static readonly string s_other = "whsec_" + Convert.ToBase64String(new byte[32]);

    const long Sent = 1614265330;

    static WebhookSignatureFault? Check(
        string? id = Id, string? at = At, string? signatures = Signature, byte[]? body = null, long now = Sent, params string[] secrets) =>
        new WebhookVerifier(secrets.Length > 0 ? secrets : [Secret], new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(now)))
            .Check(id, at, signatures, body ?? s_body);

    [Fact]
    public void Check_OfASignatureFromTheReferenceLibrary_IsGood() => Assert.Null(Check());

    [Fact]
    public void Check_TakesAnyOfSeveralSecretsAndSignatures()
    {
        Assert.Null(Check(secrets: [s_other, Secret]));
        Assert.Null(Check(signatures: $"v1,{Convert.ToBase64String(new byte[32])} v1a,abc {Signature}"));
    }

    [Theory]
    [InlineData(-301, WebhookSignatureFault.TooNew)]
    [InlineData(-300, null)]
    [InlineData(300, null)]
    [InlineData(301, WebhookSignatureFault.TooOld)]
    public void Check_ToleratesFiveMinutes(int later, WebhookSignatureFault? fault) => Assert.Equal(fault, Check(now: Sent + later));

    [Fact]
    public void Check_OfAbsurdTimes_IsOutOfTolerance()
    {
        Assert.Equal(WebhookSignatureFault.TooNew, Check(at: long.MaxValue.ToString()));
        Assert.Equal(WebhookSignatureFault.TooOld, Check(at: "0"));
    }

    [Theory]
    [InlineData(null, At, Signature, WebhookSignatureFault.MissingHeader)]
    [InlineData(Id, null, Signature, WebhookSignatureFault.MissingHeader)]
    [InlineData(Id, At, null, WebhookSignatureFault.MissingHeader)]
    [InlineData(Id, At, "", WebhookSignatureFault.MissingHeader)]
    [InlineData(Id, "now", Signature, WebhookSignatureFault.MalformedTimestamp)]
    [InlineData(Id, "-1", Signature, WebhookSignatureFault.MalformedTimestamp)]
    [InlineData(Id, "99999999999999999999", Signature, WebhookSignatureFault.MalformedTimestamp)]
    [InlineData("msg_other", At, Signature, WebhookSignatureFault.NoMatch)]
    [InlineData(Id, "1614265331", Signature, WebhookSignatureFault.NoMatch)]
    [InlineData(Id, At, "v1,", WebhookSignatureFault.NoMatch)]
    [InlineData(Id, At, "v1", WebhookSignatureFault.NoMatch)]
    [InlineData(Id, At, "v1,AAAA", WebhookSignatureFault.NoMatch)]
    [InlineData(Id, At, "v1,not base64", WebhookSignatureFault.NoMatch)]
    public void Check_OfWhatIsWrong_SaysWhat(string? id, string? at, string? signatures, WebhookSignatureFault fault) =>
        Assert.Equal(fault, Check(id, at, signatures));

    [Fact]
    public void Check_OfAnotherVersionOrBodyOrSecret_IsNoMatch()
    {
        Assert.Equal(WebhookSignatureFault.NoMatch, Check(signatures: Signature.Replace("v1,", "v2,")));
        Assert.Equal(WebhookSignatureFault.NoMatch, Check(body: """{"test": 2432232315}"""u8.ToArray()));
        Assert.Equal(WebhookSignatureFault.NoMatch, Check(secrets: [s_other]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    public void IsSecret_OfWhatIsNone_IsFalse(string? text) => Assert.False(WebhookVerifier.IsSecret(text));
}
