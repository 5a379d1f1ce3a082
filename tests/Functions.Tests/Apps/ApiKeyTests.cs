using System.Text.Json;
using Lifecycle.Entities;

namespace Lifecycle.Functions.Tests;

/// <summary>An app's API key can be replaced while its app servers go on.</summary>
public sealed class ApiKeyTests
{
    const string App = $"/api/apps/{TestApp.Package}";

    static async Task<int> NegotiateAsync(TestApp app, string key) => (await app.CallAsync(
        "POST", "/api/negotiate", new { sessionId = "s1", packageName = TestApp.Package }, ("x-api-key", key))).Status;

    static async Task<string> RotateAsync(TestApp app)
    {
        var answer = await app.CallAsync("POST", $"{App}/rotate-key");
        Assert.Equal((200, 2), (answer.Status, answer.Json.GetProperty("apiKeyCount").GetInt32()));
        return answer.Json.GetProperty("apiKey").GetString()!;
    }

    [Fact]
    public void RotateKey_MakesANewOneAndKeepsTheOneBefore() => TestApp.Run(async app =>
    {
        Assert.Equal(1, (await app.CallAsync("GET", App)).Json.GetProperty("apiKeyCount").GetInt32());
        var second = await RotateAsync(app);
        Assert.Equal((200, 200, 401), (await NegotiateAsync(app, TestApp.Key), await NegotiateAsync(app, second), await NegotiateAsync(app, second + "x")));

        var third = await RotateAsync(app);
        Assert.NotEqual(second, third);
        Assert.Equal((401, 200, 200), (await NegotiateAsync(app, TestApp.Key), await NegotiateAsync(app, second), await NegotiateAsync(app, third)));
        Assert.DoesNotContain("lk_", (await app.CallAsync("GET", App)).Text);
    });

    [Fact]
    public void PutApp_WithAKey_EndsTheOldOneAndWithoutOneKeepsBoth() => TestApp.Run(async app =>
    {
        var second = await RotateAsync(app);
        await app.CallAsync("PUT", App, new { webhookUrl = "http://app.example/other" });
        Assert.Equal((200, 200), (await NegotiateAsync(app, TestApp.Key), await NegotiateAsync(app, second)));

        var put = await app.CallAsync("PUT", App, new { webhookUrl = "http://app.example/other", apiKey = second });
        Assert.Equal(1, put.Json.GetProperty("apiKeyCount").GetInt32());
        Assert.Equal((401, 200), (await NegotiateAsync(app, TestApp.Key), await NegotiateAsync(app, second)));
    });

    [Fact]
    public void RotateKey_StoresNoKey() => TestApp.Run(async app =>
    {
        var made = await RotateAsync(app);
        Assert.DoesNotContain(made, app.Everything());
        Assert.DoesNotContain(TestApp.Key, app.Everything());
    });

    [Fact]
    public void AcceptsApiKey_OfARegistrationStoredBeforeThereWereTwo_IsAsItWas()
    {
        var stored = JsonSerializer.Serialize(new AppRegistration { WebhookUrl = "http://x/" }.WithApiKey(TestApp.Key));
        var older = stored.Replace(",\"OldApiKey\":null", "");
        Assert.NotEqual(stored, older);
        var read = JsonSerializer.Deserialize<AppRegistration>(older)!;
        Assert.True(read.AcceptsApiKey(TestApp.Key));
        Assert.False(read.AcceptsApiKey("another-key-0123456789"));
        Assert.Equal(1, read.ApiKeyCount);
    }

    [Fact]
    public void AcceptsApiKey_WithoutAny_RefusesEvenNothing() => Assert.False(new AppRegistration().AcceptsApiKey(""));
}
