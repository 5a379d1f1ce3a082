using System.Text.Json;
using Lifecycle.Functions.Hub;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>The last message that an app says it has handled: numbers go on behind it.</summary>
public sealed class LastSeqTests
{
    const long MostThatJavaScriptCounts = 9_007_199_254_740_991;

    static Task<TestApp.Answer> NegotiateAsync(TestApp app, long lastSeq) => app.CallAsync(
        "POST", "/api/negotiate", new { sessionId = "s1", packageName = TestApp.Package, instanceId = "i1", reconnect = true, lastSeq }, ("x-api-key", TestApp.Key));

    static async Task<VirtualClient> ConnectAsync(TestApp app, TestApp.Answer negotiated)
    {
        var client = new VirtualClient(app.Services.GetRequiredService<SignalRServiceCore>());
        await client.ConnectAsync(negotiated.Json.GetProperty("url").GetString()!, negotiated.Json.GetProperty("accessToken").GetString()!);
        await app.Settle();
        return client;
    }

    // 2^53 - 1 was taken. The next message had a number that JavaScript cannot tell from its neighbours, and an app that showed it was 'rejected' for good.
    [Theory]
    [InlineData(MostThatJavaScriptCounts)]
    [InlineData(NegotiateInput.MaxClaim * 2)]
    [InlineData(NegotiateInput.MaxClaim + 1)]
    public void A_number_that_nobody_can_have_given_is_refused_with_its_bound(long lastSeq) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        (await app.AttachAsync()).Drop();
        await app.Settle();
        var before = app.Everything();
        var answer = await NegotiateAsync(app, lastSeq);
        Assert.Equal((400, "urn:lifecycle:problem:invalid_negotiate"), (answer.Status, answer.Json.GetProperty("type").GetString()));
        Assert.Matches(@"from 0 to \d+ \(2\^52\)|at most \d+ \(2\^51\)", answer.Json.GetProperty("errors").GetProperty("lastSeq").GetString());
        Assert.Equal(before, app.Everything());
    });

    [Fact]
    public void An_app_that_names_the_largest_number_can_show_what_it_is_given_from_then_on() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        (await app.AttachAsync()).Drop();
        await app.Settle();
        var seq = NegotiateInput.MaxClaim;
        for (var round = 0; round < 3; round++)
        {
            var negotiated = await NegotiateAsync(app, seq);
            Assert.Equal(200, negotiated.Status);
            var client = await ConnectAsync(app, negotiated);
            var posted = await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = round });
            Assert.Equal((200, seq + 1), (posted.Status, posted.Json.GetProperty("seq").GetInt64()));
            seq++;
            client.Drop();
            await app.Settle();
        }

        Assert.InRange(seq, 0, MostThatJavaScriptCounts);
        Assert.Equal(400, (await NegotiateAsync(app, seq + 1)).Status);
    });
}
