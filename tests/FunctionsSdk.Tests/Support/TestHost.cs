using System.Text;
using System.Text.Json;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Local.SignalR;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.FunctionsSdk.Tests.Support;

/// <summary>A host without sockets that runs chosen function classes.</summary>
sealed class TestHost : IAsyncDisposable
{
    public const string AccessKey = "a key for tests";

    TestHost(IHost host, SharedLog log)
    {
        Host = host;
        Log = log;
        Http = new HttpMessageInvoker(host.Services.GetRequiredService<InProcessHttpHandler>());
    }

    public IHost Host { get; }

    public SharedLog Log { get; }

    public HttpMessageInvoker Http { get; }

    public static Task<TestHost> StartAsync(params Type[] functions) => StartAsync(_ => { }, functions);

    public static async Task<TestHost> StartAsync(Action<FunctionsApplicationBuilder> configure, params Type[] functions)
    {
        var log = new SharedLog();
        var builder = Builder(log.Writer, functions);
        configure(builder);
        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }
        return new(host, log);
    }

    public static async Task<StartProblemException> StartFailsAsync(params Type[] functions) =>
        await Assert.ThrowsAsync<StartProblemException>(() => StartAsync(functions));

    public async Task<(int Status, string? Type, string Body)> SendAsync(string method, string address, object? json = null)
    {
        using var request = new HttpRequestMessage(new(method), address);
        if (json is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(json), Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, CancellationToken.None);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, string Body)> UpstreamAsync(
        string category, string @event, string body, string hub = "apps", string contentType = "application/json", string? key = AccessKey)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["X-ASRS-Connection-Id"] = "c1",
            ["X-ASRS-Hub"] = hub,
            ["X-ASRS-Category"] = category,
            ["X-ASRS-Event"] = @event,
            ["X-ASRS-User-Id"] = "s1:notes",
            ["X-ASRS-User-Claims"] = "role: app, zone: a",
            ["X-ASRS-Client-Query"] = "?hub=apps&instanceId=i1",
        };
        if (key is not null)
            headers["X-ASRS-Signature"] = "sha256=00," + UpstreamSignature.Create(key, "c1");
        var answer = await Host.Services.GetRequiredService<ISignalRInvoker>()
            .SendAsync(new(headers, contentType, Encoding.UTF8.GetBytes(body)), CancellationToken.None);
        return (answer.StatusCode, Encoding.UTF8.GetString(answer.Body.Span));
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        Host.Dispose();
    }

    static FunctionsApplicationBuilder Builder(TextWriter log, Type[] functions)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.FunctionTypes = functions;
        builder.ThrowStartProblems = true;
        builder.Configuration[EmbeddedSettings.ListenKey] = "false";
        builder.Configuration[EmbeddedSettings.DataFolderKey] = EmbeddedSettings.InMemory;
        builder.Configuration[EmbeddedSettings.SignalRKey] = $"Endpoint=http://localhost;Port=8888;AccessKey={AccessKey};Version=1.0;";
        builder.Services.AddSingleton(new HostConsole(log, log));
        return builder;
    }
}
