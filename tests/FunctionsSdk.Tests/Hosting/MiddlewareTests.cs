using Lifecycle.FunctionsSdk.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class MiddlewareTests
{
    [Fact]
    public async Task Middleware_RunsAroundTheFunctionInTheOrderItWasAdded()
    {
        var seen = new List<string>();
        await using var host = await TestHost.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(seen);
                builder.UseMiddleware<Recording>();
                builder.UseMiddleware(async (context, next) =>
                {
                    seen.Add("inner in");
                    await next();
                    seen.Add("inner out " + context.GetInvocationResult().Value?.GetType().Name);
                });
                builder.UseWhen<Never>(context => context.FunctionDefinition.Name == "Another");
            },
            typeof(Functions));

        Assert.Equal(200, (await host.SendAsync("GET", "/api/Hello")).Status);

        Assert.Equal(["Hello in", "inner in", "function", "inner out OkObjectResult", "Hello out"], seen);
    }

    [Fact]
    public async Task Middleware_ThatReplacesTheResult_DecidesTheAnswer()
    {
        await using var host = await TestHost.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(new List<string>());
                builder.UseMiddleware(async (context, next) =>
                {
                    await next();
                    context.GetInvocationResult().Value = new StatusCodeResult(202);
                });
            },
            typeof(Functions));

        Assert.Equal(202, (await host.SendAsync("GET", "/api/Hello")).Status);
    }

    [Fact]
    public async Task Middleware_ThatCatches_TurnsAnExceptionIntoAnAnswer()
    {
        await using var host = await TestHost.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(new List<string>());
                builder.UseMiddleware(async (context, next) =>
                {
                    try
                    {
                        await next();
                    }
                    catch (InvalidOperationException e)
                    {
                        context.GetInvocationResult().Value = new ObjectResult(e.Message) { StatusCode = 400 };
                    }
                });
            },
            typeof(Functions));

        Assert.Equal((400, "text/plain; charset=utf-8", "unlucky"), await host.SendAsync("GET", "/api/Throw"));
    }

    [Fact]
    public async Task Middleware_ThatDoesNotCallNext_SkipsTheFunction()
    {
        var seen = new List<string>();
        await using var host = await TestHost.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(seen);
                builder.UseMiddleware((context, _) => context.GetHttpContext()!.Response.WriteAsync("skipped"));
            },
            typeof(Functions));

        Assert.Equal("skipped", (await host.SendAsync("GET", "/api/Hello")).Body);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task Context_OfAnInvocation_TellsWhatIsInvoked()
    {
        var contexts = new List<FunctionContext>();
        await using var host = await TestHost.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(new List<string>());
                builder.UseMiddleware((context, next) =>
                {
                    contexts.Add(context);
                    context.Items["key"] = "value";
                    context.GetLogger<MiddlewareTests>().LogInformation("seen {Name}", context.FunctionDefinition.Name);
                    context.GetLogger("Some.Category").LogWarning("careful");
                    return next();
                });
            },
            typeof(Functions));

        await host.SendAsync("GET", "/api/Hello");
        await host.UpstreamAsync("connections", "connected", """{"type":10}""");

        Assert.Equal(["Hello", "OnConnected"], contexts.Select(c => c.FunctionDefinition.Name));
        Assert.Equal(["httpTrigger", "signalRTrigger"], contexts.Select(c => c.FunctionDefinition.InputBindings.Values.Single().Type));
        Assert.Equal([true, false], contexts.Select(c => c.GetHttpContext() is not null));
        Assert.Equal(2, contexts.Select(c => Guid.Parse(c.InvocationId)).Distinct().Count());
        Assert.Equal(2, contexts.Select(c => c.FunctionId).Distinct().Count());
        Assert.Matches(@"(?m)^\d\d:\d\d:\d\d\.\d{3} info MiddlewareTests: seen Hello\r?$", host.Log.ToString());
        Assert.Matches(@"(?m)^\d\d:\d\d:\d\d\.\d{3} warn Category: careful\r?$", host.Log.ToString());
    }

    public sealed class Recording(List<string> seen) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            seen.Add(context.FunctionDefinition.Name + " in");
            await next(context);
            seen.Add(context.FunctionDefinition.Name + " out");
        }
    }

    public sealed class Never : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) =>
            throw new InvalidOperationException("The predicate did not hold.");
    }

    public sealed class Functions(List<string> seen)
    {
        [Function("Hello")]
        public async Task<IActionResult> Hello([HttpTrigger("get")] HttpRequest request)
        {
            await Task.Yield();
            seen.Add("function");
            return new OkObjectResult("hello");
        }

        [Function("Throw")]
        public Task<IActionResult> Throw([HttpTrigger("get")] HttpRequest request) => throw new InvalidOperationException("unlucky");

        [Function("OnConnected")]
        public void OnConnected([SignalRTrigger("apps", "connections", "connected")] SignalRInvocationContext context)
        {
        }
    }
}
