using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.SignalREmulator.Tests.Upstream;

public sealed class HttpUpstreamTests
{
    static readonly UpstreamRequest request = new(
        new Dictionary<string, string>
        {
            ["X-ASRS-Hub"] = "apps",
            ["X-ASRS-Category"] = "messages",
            ["X-ASRS-Event"] = "set subs",
            ["X-ASRS-Connection-Id"] = "c1"
        },
        "application/json", "{}"u8.ToArray());

    [Fact]
    public async Task SendAsync_Template_IsFilledInAndTheAnswerComesBack()
    {
        var seen = new Inbox<string>("a request");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(async context =>
        {
            seen.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.ContentType} {context.Request.Headers["X-ASRS-Event"]}");
            context.Response.StatusCode = 418;
            await context.Response.WriteAsync("teapot");
        });
        await app.StartAsync();
        using var upstream = new HttpUpstream($"{app.Urls.First()}/{{hub}}/{{category}}/{{event}}?code=k");
        var response = await upstream.SendAsync(request, CancellationToken.None);
        Assert.Equal("POST /apps/messages/set%20subs?code=k application/json set subs", await seen.NextAsync());
        Assert.Equal((418, "teapot"), (response.StatusCode, System.Text.Encoding.UTF8.GetString(response.Body.Span)));
    }

    [Fact]
    public async Task SendAsync_NobodyThere_Is502()
    {
        using var upstream = new HttpUpstream("http://127.0.0.1:1/x");
        Assert.Equal(502, (await upstream.SendAsync(request, CancellationToken.None)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/runtime/webhooks/signalr")]
    [InlineData("ftp://localhost/x")]
    public void Constructor_BadTemplate_Throws(string template) => Assert.Throws<FormatException>(() => new HttpUpstream(template));

    [Theory]
    [InlineData(null, "canary", true)]
    [InlineData("apps", "canary", false)]
    [InlineData("chat;Apps", "apps", true)]
    public void Takes_OfAHub_IsWhatWasSaid(string? hubs, string hub, bool taken)
    {
        string[] arguments = ["--upstream", "http://localhost:1", .. hubs is null ? [] : new[] { "--upstream-hubs", hubs }];
        using var upstream = new HttpUpstream("http://localhost:1", hubs: EmulatorArguments.Parse(arguments).UpstreamHubs);
        Assert.Equal(taken, upstream.Takes(hub));
    }
}
