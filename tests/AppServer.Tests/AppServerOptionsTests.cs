using System.Text.Json;

namespace Lifecycle.Sdk.Tests;

public class AppServerOptionsTests
{
    static AppServerOptions Valid() => new() { LifecycleUrl = new Uri("http://localhost:7071"), PackageName = "p", ApiKey = "secret-key" };

    [Fact]
    public void Validate_GoodOptions_Passes() => Valid().Validate();

    [Fact]
    public void Validate_EmptyOptions_NamesEveryFault()
    {
        var message = Assert.Throws<ArgumentException>(() => new AppServerOptions().Validate()).Message;
        Assert.Contains("LifecycleUrl", message);
        Assert.Contains("PackageName", message);
        Assert.Contains("ApiKey", message);
    }

    public static TheoryData<string, Action<AppServerOptions>> Faults => new()
    {
        { "LifecycleUrl", o => o.LifecycleUrl = new Uri("ftp://localhost") },
        { "LifecycleUrl", o => o.LifecycleUrl = new Uri("http://user:pw@localhost") },
        { "LifecycleUrl", o => o.LifecycleUrl = new Uri("http://localhost/?code=1") },
        { "LifecycleUrl", o => o.LifecycleUrl = new Uri("/relative", UriKind.Relative) },
        { "PackageName", o => o.PackageName = "a b" },
        { "PackageName", o => o.PackageName = new string('a', 129) },
        { "PackageName", o => o.PackageName = ".." },
        { "InstanceId", o => o.InstanceId = "" },
        { "InstanceId", o => o.InstanceId = "." },
        { "ApiKey", o => o.ApiKey = "line\nbreak" },
        { "AttemptTimeout", o => o.AttemptTimeout = TimeSpan.Zero },
        { "AckTimeout", o => o.AckTimeout = TimeSpan.FromHours(1) },
        { "WebhookSecrets", o => o.WebhookSecrets = ["whsec_line\nbreak"] },
        { "WebhookSecrets", o => o.WebhookSecrets = null! },
        { "WebhookSecrets", o => o.WebhookSecrets = [.. Enumerable.Repeat("whsec_" + Convert.ToBase64String(new byte[32]), 9)] },
        { "OnShutdown", o => o.OnShutdown = (ShutdownMode)7 },
        { "ShutdownLimit", o => o.ShutdownLimit = TimeSpan.FromMinutes(6) },
        { "HandOverLimit", o => o.HandOverLimit = TimeSpan.FromMinutes(6) },
        { "HandOverLimit", o => o.HandOverLimit = TimeSpan.FromTicks(-1) },
        { "OnFailedMessage", o => o.OnFailedMessage = (FailedMessageMode)7 },
        { "ShutdownLimit", o => o.ShutdownLimit = TimeSpan.FromTicks(-1) },
        { "CallTimeout", o => o.CallTimeout = TimeSpan.FromSeconds(-1) },
    };

    // SIGKILL comes 30 s behind SIGTERM.
    [Fact]
    public void Limits_Default_EndBeforeTheProcessIsKilled() =>
        Assert.True(Valid().HandOverLimit + Valid().ShutdownLimit <= TimeSpan.FromSeconds(27));

    [Theory, MemberData(nameof(Faults))]
    public void Validate_OneFault_NamesIt(string option, Action<AppServerOptions> spoil)
    {
        var options = Valid();
        spoil(options);
        var message = Assert.Throws<ArgumentException>(options.Validate).Message;
        Assert.StartsWith($"Invalid app server options: {option} must", message);
        Assert.DoesNotContain("line\nbreak", message);
    }

    [Fact]
    public void WebhookSecrets_PrintedOrSerialized_AreAbsent()
    {
        var options = Valid();
        options.WebhookSecrets = ["whsec_" + Convert.ToBase64String(new byte[32])];
        options.Validate();
        Assert.DoesNotContain("whsec_", options + JsonSerializer.Serialize(options));
    }

    [Fact]
    public void ApiKey_PrintedOrSerialized_IsAbsent()
    {
        Assert.DoesNotContain("secret-key", Valid().ToString());
        Assert.DoesNotContain("secret-key", JsonSerializer.Serialize(Valid()));
    }

    [Fact]
    public void InstanceId_Default_IsOnePerProcess() => Assert.Equal(new AppServerOptions().InstanceId, new AppServerOptions().InstanceId);

    [Theory]
    [InlineData("http://localhost:7071", "http://localhost:7071/api/negotiate")]
    [InlineData("https://example.com/lifecycle/", "https://example.com/lifecycle/api/negotiate")]
    public void NegotiateUrl_AnyBase_KeepsThePathPrefix(string address, string expected)
    {
        var options = Valid();
        options.LifecycleUrl = new Uri(address);
        Assert.Equal(new Uri(expected), options.NegotiateUrl);
    }
}
