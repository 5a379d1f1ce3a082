using System.Diagnostics;
using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR.Client;

namespace Lifecycle.SignalREmulator.Tests.Standalone;

public sealed class ProcessTests
{
    [Fact]
    public async Task The_program_serves_a_host_over_http()
    {
        var events = new Inbox<string>("an upstream event");
        await using var host = await HostAsync(events);
        using var program = Process.Start(new ProcessStartInfo("dotnet",
            [typeof(SignalREmulatorServer).Assembly.Location, "--upstream", $"{host.Urls.First()}/{{hub}}/{{event}}", "--port", "0", "--access-key", "k1"])
        { RedirectStandardOutput = true })!;
        try
        {
            var service = ServiceConnectionString.Parse(await ConnectionStringAsync(program));
            Assert.Equal("k1", service.AccessKey);
            var token = AccessToken.Create(
                service.AccessKey, service.ClientAudience("apps"), DateTimeOffset.UtcNow, TimeSpan.FromHours(1), [new(AccessToken.UserIdClaim, "ü")]);
            await using var client = new HubConnectionBuilder()
                .WithUrl(service.ClientUrl("apps"), o => o.AccessTokenProvider = () => Task.FromResult<string?>(token))
                .Build();
            var calls = new Inbox<int>("a call by the service");
            client.On<int>("m", calls.Add);
            await client.StartAsync();
            Assert.Equal("/apps/connected ü signed", await events.NextAsync());
            Assert.Equal("pong", await client.InvokeAsync<string>("ping"));
            Assert.Equal("/apps/ping ü signed", await events.NextAsync());
            using var api = new RestServiceApi(service);
            await api.SendAsync("apps", SendTarget.User("ü"), "m", [5]);
            Assert.Equal(5, await calls.NextAsync());
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync();
        }
    }

    static async Task<string> ConnectionStringAsync(Process program)
    {
        const string label = "Connection string";
        while (await program.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
        {
            if (line.StartsWith(label, StringComparison.Ordinal))
            {
                return line[label.Length..].Trim();
            }
        }
        throw new InvalidOperationException("The program ended without a connection string.");
    }

    static async Task<WebApplication> HostAsync(Inbox<string> events)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            var headers = context.Request.Headers;
            var signed = UpstreamSignature.Verify(headers["X-ASRS-Signature"], "k1", headers["X-ASRS-Connection-Id"].ToString());
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var message = UpstreamMessage.Read(context.Request.ContentType, body.ToArray());
            events.Add($"{context.Request.Path} {headers["X-ASRS-User-Id"]} {(signed ? "signed" : "not signed")}");
            if (message.InvocationId is { } id)
            {
                var pong = System.Text.Json.JsonSerializer.SerializeToElement("pong");
                await context.Response.Body.WriteAsync(UpstreamMessage.WriteCompletion(context.Request.ContentType, id, pong));
            }
        });
        await app.StartAsync();
        return app;
    }
}
