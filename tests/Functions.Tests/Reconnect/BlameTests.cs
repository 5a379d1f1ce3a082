using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>Whose fault a loss was, as an operator is shown: what the app said at negotiate reaches the rules in its signed token.</summary>
public sealed class BlameTests
{
    static async Task ComeBackAsync(TestApp app, string instanceId, int? attempt, bool connectRefused)
    {
        var negotiated = await app.CallAsync(
            "POST", "/api/negotiate", new { sessionId = "s1", packageName = TestApp.Package, instanceId, reconnect = true, attempt, connectRefused }, ("x-api-key", TestApp.Key));
        var client = new VirtualClient(app.Services.GetRequiredService<SignalRServiceCore>());
        await client.ConnectAsync(negotiated.Json.GetProperty("url").GetString()!, negotiated.Json.GetProperty("accessToken").GetString()!);
        await app.Settle();
    }

    [Theory]
    [InlineData("i1", 1, false, "network")]
    [InlineData("i1", 3, true, "signalr")]
    [InlineData("i2", 1, false, "app")]
    public void The_attach_that_ends_a_loss_says_whose_fault_it_was(string instanceId, int attempt, bool connectRefused, string blame) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        (await app.AttachAsync()).Drop();
        await app.Settle();
        Assert.Equal("unknown", (await app.SessionAsync()).GetProperty("blame").GetString());

        await ComeBackAsync(app, instanceId, attempt, connectRefused);
        var session = await app.SessionAsync();
        Assert.Equal(("reconnect", blame), (session.GetProperty("reason").GetString(), session.GetProperty("blame").GetString()));
        Assert.Equal(["platform", "platform", "unknown", blame], session.GetProperty("trail").EnumerateArray().Select(step => step.GetProperty("blame").GetString()));
        Assert.False(session.TryGetProperty("evidence", out _));
    });

    [Fact]
    public void While_a_loss_lasts_the_session_shows_what_is_known_of_it() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        (await app.AttachAsync()).Drop();
        await app.Settle();
        await app.CallAsync("POST", "/api/negotiate", new { sessionId = "s1", packageName = TestApp.Package, instanceId = "i1", attempt = 2 }, ("x-api-key", TestApp.Key));
        await app.Settle();
        var evidence = (await app.SessionAsync()).GetProperty("evidence");
        Assert.Equal("network", evidence.GetProperty("blame").GetString());
        Assert.True(evidence.GetProperty("awakeUntil").GetDateTimeOffset() > evidence.GetProperty("signAt").GetDateTimeOffset());
        Assert.False(evidence.TryGetProperty("awayAt", out _));
    });
}
