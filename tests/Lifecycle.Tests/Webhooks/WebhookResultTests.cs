namespace Lifecycle.Tests.Webhooks;

public sealed class WebhookResultTests
{
    [Theory]
    [InlineData(200, WebhookVerdict.Accepted)]
    [InlineData(202, WebhookVerdict.Accepted)]
    [InlineData(301, WebhookVerdict.Redirected)]
    [InlineData(307, WebhookVerdict.Redirected)]
    [InlineData(400, WebhookVerdict.Rejected)]
    [InlineData(401, WebhookVerdict.PerhapsGone)]
    [InlineData(403, WebhookVerdict.PerhapsGone)]
    [InlineData(404, WebhookVerdict.PerhapsGone)]
    [InlineData(408, WebhookVerdict.ComingBack)]
    [InlineData(410, WebhookVerdict.Gone)]
    [InlineData(421, WebhookVerdict.ComingBack)]
    [InlineData(425, WebhookVerdict.ComingBack)]
    [InlineData(422, WebhookVerdict.Rejected)]
    [InlineData(429, WebhookVerdict.ComingBack)]
    [InlineData(500, WebhookVerdict.ComingBack)]
    [InlineData(502, WebhookVerdict.ComingBack)]
    [InlineData(503, WebhookVerdict.ComingBack)]
    [InlineData(504, WebhookVerdict.ComingBack)]
    public void FromStatus_MeansWhatTheDesignSays(int status, WebhookVerdict verdict) =>
        Assert.Equal(verdict, WebhookResult.FromStatus(status).Verdict);

    [Theory]
    [InlineData(429, 5_000d)]
    [InlineData(503, 5_000d)]
    [InlineData(502, null)]
    public void FromStatus_HonoursRetryAfterOnlyWhereItIsDefined(int status, double? expectedMs) =>
        Assert.Equal(expectedMs, WebhookResult.FromStatus(status, TimeSpan.FromSeconds(5)).RetryAfterMs);

    [Fact]
    public void FromFailure_KnowsEveryFailure() =>
        Assert.All(Enum.GetValues<WebhookFailure>(), f => Assert.NotEqual(WebhookVerdict.None, WebhookResult.FromFailure(f).Verdict));
}
