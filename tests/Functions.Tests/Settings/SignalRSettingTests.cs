using Lifecycle.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Tests.Settings;

public sealed class SignalRSettingTests
{
    static void Check(params (string Name, string Value)[] values) => SignalRSetting.Check(
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Name, v => (string?)v.Value)).Build());

    [Theory]
    [InlineData("AzureSignalRConnectionString", "Endpoint=http://localhost;Port=8888;AccessKey=ABC=;Version=1.0;")]
    [InlineData("AzureSignalRConnectionString", "Endpoint=https://x.service.signalr.net;AuthType=azure.msi;Version=1.0;")]
    [InlineData("ConnectionStrings:AzureSignalRConnectionString", "endpoint=https://x.service.signalr.net;accesskey=ABC;version=1.0;")]
    [InlineData("AzureSignalRConnectionString:serviceUri", "https://x.service.signalr.net")]
    [InlineData("AzureSignalRConnectionString__serviceUri", "https://x.service.signalr.net")]
    public void Check_OfAConnection_LetsItPass(string name, string value) => Check((name, value));

    [Fact]
    public void Check_WithoutAConnection_NamesTheSettingAndWhatItShouldBe()
    {
        var e = Assert.Throws<SettingException>(() => Check());
        Assert.Contains("AzureSignalRConnectionString is missing", e.Message);
        Assert.Contains("Endpoint=https://", e.Message);
        Assert.Contains("AzureSignalRConnectionString__serviceUri", e.Message);
    }

    [Theory]
    [InlineData("Endpoint=http://localhost;Port=8888;Version=1.0;")]
    [InlineData("AccessKey=top-secret;Version=1.0;")]
    [InlineData("Endpoint=;AccessKey=top-secret")]
    [InlineData("Endpoint=localhost;AccessKey=top-secret")]
    [InlineData("top-secret")]
    [InlineData("Endpoint=http://localhost;AccessKey=top-secret;Version=2.0;")]
    [InlineData("Endpoint=http://localhost;AccessKey=top-secret;Port=99999;Version=1.0;")]
    [InlineData("Endpoint=http://localhost;AccessKey=top-secret;Port=0;Version=1.0;")]
    [InlineData("Endpoint=http://localhost;AccessKey=top-secret;AccessKey=top-secret;Version=1.0;")]
    [InlineData("")]
    [InlineData(" ")]
    public void Check_OfAMalformedText_DoesNotRepeatIt(string text)
    {
        var e = Assert.Throws<SettingException>(() => Check(("AzureSignalRConnectionString", text)));
        Assert.Contains("AzureSignalRConnectionString", e.Message);
        Assert.DoesNotContain("top-secret", e.Message);
    }

    [Fact]
    public void Check_OfAMalformedAddress_NamesThePart() =>
        Assert.Contains(
            "AzureSignalRConnectionString__serviceUri is 'my-service'",
            Assert.Throws<SettingException>(() => Check(("AzureSignalRConnectionString:serviceUri", "my-service"))).Message);
}
