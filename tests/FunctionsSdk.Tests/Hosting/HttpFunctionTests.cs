using System.Text.Json;
using Lifecycle.FunctionsSdk.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class HttpFunctionTests
{
    [Fact]
    public async Task Route_WithParameters_BindsThemToTheMethod()
    {
        await using var host = await TestHost.StartAsync(b => b.Services.AddSingleton(new Greeter("hello")), typeof(Greetings));

        var (status, type, body) = await host.SendAsync("POST", "/api/sessions/s%20%2F1/apps/7/greet?loud=1", new { });

        Assert.Equal((200, "application/json; charset=utf-8"), (status, type));
        Assert.Equal("""{"text":"hello s /1 7","loud":"1"}""", body);
    }

    [Fact]
    public async Task Route_WithAValueThatDoesNotFit_Answers500AndLogsTheParameter()
    {
        await using var host = await TestHost.StartAsync(b => b.Services.AddSingleton(new Greeter("hello")), typeof(Greetings));

        var (status, type, _) = await host.SendAsync("POST", "/api/sessions/s1/apps/seven/greet");

        Assert.Equal((500, "application/problem+json"), (status, type));
        Assert.Contains("'number'", host.Log.ToString());
    }

    [Theory]
    [InlineData("GET", "/api/sessions/s1/apps/7/greet")]
    [InlineData("POST", "/api/sessions/s1/apps/7")]
    [InlineData("POST", "/sessions/s1/apps/7/greet")]
    [InlineData("GET", "/")]
    public async Task Request_ThatNoFunctionAnswers_IsAnEmpty404AsOnTheOfficialHost(string method, string path)
    {
        await using var host = await TestHost.StartAsync(b => b.Services.AddSingleton(new Greeter("hello")), typeof(Greetings));

        Assert.Equal((404, null, ""), await host.SendAsync(method, path));
    }

    [Theory]
    [InlineData("Named", 200, "text/plain; charset=utf-8", "named")]
    [InlineData("results/fixed", 200, "text/plain; charset=utf-8", "fixed")]
    [InlineData("results/other", 200, "text/plain; charset=utf-8", "one other")]
    [InlineData("results/deep/er", 200, "text/plain; charset=utf-8", "all deep/er")]
    [InlineData("optional", 200, "text/plain; charset=utf-8", "none")]
    [InlineData("optional/x", 200, "text/plain; charset=utf-8", "x")]
    public async Task Route_OfSeveral_TheMostExactWins(string path, int status, string type, string body)
    {
        await using var host = await TestHost.StartAsync(typeof(Routes));

        Assert.Equal((status, type, body), await host.SendAsync("GET", "/api/" + path));
    }

    [Theory]
    [InlineData("action/created", 201, "application/json; charset=utf-8", """{"id":"a"}""")]
    [InlineData("action/problem", 409, "application/problem+json; charset=utf-8", """{"title":"taken","status":409}""")]
    [InlineData("action/nothing", 204, null, "")]
    [InlineData("action/status", 418, null, "")]
    [InlineData("action/content", 200, "text/html", "<p>")]
    [InlineData("action/json", 202, "application/json; charset=utf-8", "[1]")]
    [InlineData("action/bytes", 200, "application/octet-stream", "raw")]
    [InlineData("plain/json", 201, "application/json; charset=utf-8", """{"a":1}""")]
    [InlineData("plain/problem", 422, "application/problem+json", """{"title":"no","status":422}""")]
    [InlineData("written", 200, "text/plain", "by hand")]
    [InlineData("poco", 200, "application/json; charset=utf-8", """{"first":1,"kind":"Sync"}""")]
    [InlineData("throws/sync", 500, "application/problem+json", """{"title":"Internal Server Error","status":500}""")]
    [InlineData("throws/async", 500, "application/problem+json", """{"title":"Internal Server Error","status":500}""")]
    [InlineData("throws/bad", 413, "application/problem+json", """{"title":"Bad request","status":413,"detail":"too large"}""")]
    public async Task Result_OfAnyKind_IsWrittenAsAspNetCoreDoes(string path, int status, string? type, string body)
    {
        await using var host = await TestHost.StartAsync(typeof(Results));

        var answer = await host.SendAsync("GET", "/api/" + path);

        Assert.Equal((status, type), (answer.Status, answer.Type));
        Assert.Equal(body, answer.Type?.Contains("problem") == true ? WithoutType(answer.Body) : answer.Body);
    }

    [Fact]
    public async Task Function_ThatReturnsAPlainObject_IsWarnedOfAtStart()
    {
        await using var host = await TestHost.StartAsync(typeof(Results));

        Assert.Single(host.Log.ToString().Split('\n'), line => line.Contains("HTTP function poco returns Poco"));
    }

    [Fact]
    public async Task Created_WithALocation_CarriesTheHeader()
    {
        await using var host = await TestHost.StartAsync(typeof(Results));

        using var response = await host.Http.SendAsync(new(HttpMethod.Get, "http://localhost/api/action/created"), default);

        Assert.Equal("/a", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Exception_OfAFunction_IsLoggedUnwrapped()
    {
        await using var host = await TestHost.StartAsync(typeof(Results));

        await host.SendAsync("GET", "/api/throws/sync");

        Assert.Contains("InvalidOperationException: before the first await", host.Log.ToString());
        Assert.DoesNotContain("TargetInvocationException", host.Log.ToString());
    }

    [Fact]
    public async Task Instance_OfAFunctionClass_LivesForOneInvocation()
    {
        var seen = new List<string>();
        await using var host = await TestHost.StartAsync(
            b => b.Services.AddSingleton(seen).AddScoped<Scoped>(), typeof(Lifetimes));

        await host.SendAsync("GET", "/api/Lifetime");
        await host.SendAsync("GET", "/api/Lifetime");

        Assert.Equal(["run 1", "function gone", "scope gone", "run 1", "function gone", "scope gone"], seen);
    }

    static string WithoutType(string problem)
    {
        var properties = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(problem)!;
        properties.Remove("type");
        return JsonSerializer.Serialize(properties);
    }

    public sealed record Greeter(string Word);

    public sealed class Greetings(Greeter greeter)
    {
        [Function("Greet")]
        public async Task<IActionResult> Run(
            [HttpTrigger(AuthorizationLevel.Function, "post", Route = "sessions/{sessionId}/apps/{number}/greet")] HttpRequest request,
            string sessionId,
            int number,
            FunctionContext context,
            CancellationToken cancellation)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            Assert.Same(request.HttpContext, context.GetHttpContext());
            return new OkObjectResult(new { Text = $"{greeter.Word} {sessionId} {number}", Loud = request.Query["loud"].ToString() });
        }
    }

    public static class Routes
    {
        [Function("Named")]
        public static IActionResult Named([HttpTrigger("get")] HttpRequest request) => new OkObjectResult("named");

        [Function("All")]
        public static IActionResult All([HttpTrigger("get", Route = "results/{*rest}")] HttpRequest request, string rest) => new OkObjectResult("all " + rest);

        [Function("One")]
        public static IActionResult One([HttpTrigger("get", Route = "results/{one}")] HttpRequest request, string one) => new OkObjectResult("one " + one);

        [Function("Fixed")]
        public static IActionResult Fixed([HttpTrigger("get", Route = "results/Fixed")] HttpRequest request) => new OkObjectResult("fixed");

        [Function("Optional")]
        public static IActionResult Optional([HttpTrigger("get", Route = "optional/{it?}")] HttpRequest request, string? it) => new OkObjectResult(it ?? "none");
    }

    public sealed class Results
    {
        [Function("action")]
        public IActionResult Action([HttpTrigger(Route = "action/{kind}")] HttpRequest request, string kind) => kind switch
        {
            "created" => new CreatedResult("/a", new { Id = "a" }),
            "problem" => new ObjectResult(new ProblemDetails { Title = "taken", Status = 409 }),
            "nothing" => new OkObjectResult(null),
            "status" => new StatusCodeResult(418),
            "content" => new ContentResult { Content = "<p>", ContentType = "text/html" },
            "json" => new JsonResult(new[] { 1 }) { StatusCode = 202 },
            _ => new FileContentResult("raw"u8.ToArray(), "application/octet-stream"),
        };

        [Function("plain")]
        public async ValueTask<IResult> Plain([HttpTrigger(Route = "plain/{kind}")] HttpRequest request, string kind)
        {
            await Task.Yield();
            return kind == "json"
                ? Microsoft.AspNetCore.Http.Results.Json(new { A = 1 }, statusCode: 201)
                : Microsoft.AspNetCore.Http.Results.Problem(title: "no", statusCode: 422);
        }

        [Function("written")]
        public async Task Written([HttpTrigger] HttpRequest request)
        {
            request.HttpContext.Response.ContentType = "text/plain";
            await request.HttpContext.Response.WriteAsync("by hand");
        }

        [Function("poco")]
        public Poco MakePoco([HttpTrigger] HttpRequest request) => new(1, "Sync");

        [Function("throws")]
        public Task<IActionResult> Throw([HttpTrigger(Route = "throws/{kind}")] HttpRequest request, string kind) => kind switch
        {
            "sync" => throw new InvalidOperationException("before the first await"),
            "bad" => throw new BadHttpRequestException("too large", 413),
            _ => ThrowLater(),
        };

        static async Task<IActionResult> ThrowLater()
        {
            await Task.Yield();
            throw new InvalidOperationException("after the first await");
        }

        public sealed record Poco(int First, string Kind);
    }

    public sealed class Scoped(List<string> seen) : IDisposable
    {
        public int Uses { get; set; }

        public void Dispose() => seen.Add("scope gone");
    }

    public sealed class Lifetimes(Scoped scoped, List<string> seen) : IAsyncDisposable
    {
        [Function("Lifetime")]
        public void Run([HttpTrigger] HttpRequest request, FunctionContext context)
        {
            scoped.Uses++;
            Assert.Same(scoped, context.InstanceServices.GetService<Scoped>());
            seen.Add($"run {scoped.Uses}");
        }

        public ValueTask DisposeAsync()
        {
            seen.Add("function gone");
            return default;
        }
    }
}
