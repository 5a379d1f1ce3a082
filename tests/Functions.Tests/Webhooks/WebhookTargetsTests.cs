using Lifecycle.Functions.Webhooks;

namespace Lifecycle.Functions.Tests.Webhooks;

public sealed class WebhookTargetsTests
{
    [Theory]
    [InlineData("http://localhost/")]
    [InlineData("http://LOCALHOST:8080/hook")]
    [InlineData("http://localhost./")]
    [InlineData("http://app.localhost/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://[fe80::1%251]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    public void Allow_OfAUrlThatLeadsInside_IsOnlyBySetting(string url)
    {
        Assert.False(new WebhookTargets(allowPrivate: false).Allow(new Uri(url)));
        Assert.True(new WebhookTargets(allowPrivate: true).Allow(new Uri(url)));
    }

    [Theory]
    [InlineData("https://app.example/hook")]
    [InlineData("http://localhost.example/")]
    [InlineData("http://notlocalhost/")]
    [InlineData("http://8.8.8.8/")]
    [InlineData("http://[2606:4700::1111]/")]
    public void Allow_OfAUrlThatMayLeadOutside_IsTrue(string url) => Assert.True(new WebhookTargets(allowPrivate: false).Allow(new Uri(url)));
}
