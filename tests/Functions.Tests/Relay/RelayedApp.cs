using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Relay;

/// <summary>The deployed app with an app registered so that its webhooks are relayed.</summary>
static class RelayedApp
{
    public static void Run(Func<TestApp, Task> test, Action<IServiceCollection>? configure = null, object? policy = null) => TestApp.Run(
        async app =>
        {
            var put = await app.CallAsync("PUT", $"/api/apps/{TestApp.Package}", new { webhookUrl = "relay:", policy });
            Assert.Equal((200, "relay:"), (put.Status, put.Json.GetProperty("webhookUrl").GetString()));
            await test(app);
        },
        configure);

    /// <summary>From then on the app is known to be well, and is asked at its pace.</summary>
    public static async Task AnswerOnceAsync(this TestApp app)
    {
        await app.StartAsync("first");
        await app.AttachAsync("first");
    }

    public static async Task<System.Text.Json.JsonElement> HealthAsync(this TestApp app) => (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}/health")).Json;
}
