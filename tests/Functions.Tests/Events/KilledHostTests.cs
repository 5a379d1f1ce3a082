using Lifecycle.Entities;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Webhooks;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Scenarios;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>A host that dies with events in its entities.</summary>
public sealed class KilledHostTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Killed_between_the_commit_and_the_sending_it_tells_after_the_restart_with_the_same_ids(bool taken, bool azureStorage) =>
        RunInFolder(async (time, folder) =>
        {
            var sink = new FlakySink();
            var tried = new List<string>();
            var first = await StartAsync(time, folder, sink, azureStorage);
            sink.Before = (record, _) =>
            {
                tried.Add(record.Id);
                if (taken)
                {
                    sink.Taken.Add(record);
                }

                Kill(first);
                throw new EventSinkException("the process is gone");
            };
            await CallAsync(first, "PUT", $"/api/apps/{TestApp.Package}", """{"webhookUrl":"http://app.example/hook"}""");
            await CallAsync(first, "POST", $"/api/sessions/s1/apps/{TestApp.Package}/start", "{}");
            await Task.Delay(TimeSpan.FromSeconds(2), time);
            Assert.Single(tried);

            sink.Down = false;
            using var second = await StartAsync(time, folder, sink, azureStorage);
            await Task.Delay(TimeSpan.FromSeconds(90), time); // what was at work comes again within this time on Azure Storage
            Assert.Equal("NONE>STARTING", Told.Steps(sink.Taken)[0]);
            Assert.Equal(tried, sink.Taken.Select(r => r.Id).Distinct().Take(1));
            Assert.Equal(taken ? 2 : 1, sink.Taken.Count(r => r.Id == tried[0]));
            await second.StopAsync();
            first.Dispose();
        });

    static void Kill(IHost host)
    {
        host.Services.GetRequiredService<EmbeddedDurableBackend>().Abort();
        host.Services.GetRequiredService<DataFolder>().Dispose();
    }

    static void RunInFolder(Func<TimeProvider, string, Task> test)
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-events-").FullName;
        var time = new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.Run(() => test(time, folder));
        Directory.Delete(folder, recursive: true);
    }

    static async Task<IHost> StartAsync(TimeProvider time, string folder, IEventSink sink, bool azureStorage)
    {
        var builder = FunctionsApplication.CreateBuilder(
        [
            "--Embedded:Listen=false", $"--data={folder}", $"--timing={(azureStorage ? "azure-storage" : "exact")}",
            $"--Lifecycle:DurableBackend={(azureStorage ? "AzureStorage" : "Exact")}", "--Logging:LogLevel:Default=None",
        ]);
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        builder.ThrowStartProblems = true;
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<ICanary, VirtualCanary>();
        builder.Services.AddSingleton(new WebhookTransport(new Accepting()));
        builder.AddLifecycle();
        builder.Services.AddSingleton(sink);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    static async Task CallAsync(IHost host, string method, string path, string body)
    {
        using var http = new HttpMessageInvoker(host.Services.GetRequiredService<InProcessHttpHandler>(), disposeHandler: false);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://localhost" + path)
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        using var answer = await http.SendAsync(request, CancellationToken.None);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode}");
    }

    sealed class Accepting : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.Accepted));
    }
}
