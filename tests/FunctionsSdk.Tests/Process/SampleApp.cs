using Lifecycle.FunctionsSdk.Tests.Hosting.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Azure.SignalR.Management;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.FunctionsSdk.Tests.Process;

/// <summary>The Functions app that tests of whole processes start: this assembly, run as a program.</summary>
public static class SampleApp
{
    public static void Main(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddServerlessHub<Apps>();
        builder.Services.AddSingleton(new HostJson("api", new QueueOptions { MessageEncoding = QueueEncoding.None }));
        builder.Services.AddSingleton(new QueueLease(TimeSpan.FromSeconds(2)));
        builder.FunctionTypes =
        [
            typeof(Sample),
            .. args.Contains("--broken=true") ? [typeof(BrokenSample)] : Type.EmptyTypes,
            .. builder.Configuration[QueueRig.Setting] is null ? Type.EmptyTypes : [typeof(Hold)],
        ];
        builder.Build().Run();
    }

    public static class Sample
    {
        [Function("Echo")]
        public static IActionResult Echo([HttpTrigger(AuthorizationLevel.Function, "get", Route = "echo/{text}")] HttpRequest request, string text) =>
            new OkObjectResult(text);

        [Function("Slow")]
        public static async Task Slow([HttpTrigger("get", Route = "slow")] HttpRequest request, FunctionContext context)
        {
            await request.HttpContext.Response.WriteAsync("begun, ");
            await request.HttpContext.Response.Body.FlushAsync();
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var lifetime = context.InstanceServices.GetRequiredService<IHostApplicationLifetime>();
            await using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
            await stopping.Task;
            await request.HttpContext.Response.WriteAsync("ended");
        }

        [Function("Negotiate")]
        public static async Task<IActionResult> Negotiate([HttpTrigger("get", Route = "negotiate")] HttpRequest request, FunctionContext context)
        {
            var answer = await ActivatorUtilities.CreateInstance<Apps>(context.InstanceServices).NegotiateAsync("s1:notes");
            return new ContentResult { Content = answer.ToString(), ContentType = "application/json" };
        }

        [Function("Ping")]
        public static string Ping([SignalRTrigger("apps", "messages", "ping", "number")] SignalRInvocationContext context, int number) =>
            $"pong {number}";

        [Function("OnConnected")]
        public static void OnConnected([SignalRTrigger("apps", "connections", "connected")] SignalRInvocationContext context)
        {
        }
    }

    public sealed record Negotiation(Uri Url, string AccessToken);

    /// <summary>The hub that negotiates.</summary>
    public sealed class Apps(IServiceProvider services) : ServerlessHub(services)
    {
        public Task<BinaryData> NegotiateAsync(string userId) => NegotiateAsync(new NegotiationOptions { UserId = userId });
    }

    /// <summary>Takes a message and never ends; says that it has it by a file in the current folder.</summary>
    public static class Hold
    {
        public const string Begun = "begun";

        [Function("Hold")]
        public static async Task Run([QueueTrigger($"%{QueueRig.Setting}%")] string message, CancellationToken cancellation)
        {
            await File.WriteAllTextAsync(Begun, message, cancellation);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
    }

    public static class BrokenSample
    {
        [Function("Echo")]
        public static IActionResult Echo([HttpTrigger] HttpRequest request) => new OkResult();
    }
}
