using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Http;

/// <summary>
/// The routes of the app's functions in the two routers of the official stack, made of the same classes of ASP.NET Core. The Functions host
/// tries routes in the order of the functions' names and takes the first that fits; the worker, which gets the request from it, chooses by precedence.
/// </summary>
public sealed class OfficialRoutingTests
{
    const string CatchAll = "UnknownRoute";

    static readonly string[] verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    [Fact]
    public void Request_OfEveryCall_ReachesItsFunctionOnBothRouters() => TestApp.Run(async app =>
    {
        var (host, worker) = (HostOf(app), WorkerOf(app));
        foreach (var (name, trigger) in Triggers(app).Where(function => function.Name != CatchAll))
        {
            var path = $"/api/{trigger.Route!.Replace("{sessionId}", "s1").Replace("{packageName}", TestApp.Package)}";
            foreach (var verb in trigger.Methods!.Select(method => method.ToUpperInvariant()))
            {
                Assert.Equal((name, name), (await host(verb, path), await worker(verb, path)));
            }
        }
    });

    [Fact]
    public void Request_OfNoCall_ReachesTheCatchAllOnBothRouters() => TestApp.Run(async app =>
    {
        var (host, worker) = (HostOf(app), WorkerOf(app));
        var known = Triggers(app).Where(function => function.Name != CatchAll)
            .GroupBy(function => $"/api/{function.Trigger.Route!.Replace("{sessionId}", "s1").Replace("{packageName}", "p")}", function => function.Trigger.Methods!)
            .SelectMany(path => verbs.Except(path.SelectMany(methods => methods), StringComparer.OrdinalIgnoreCase), (path, verb) => (Verb: verb, Path: path.Key))
            .Where(call => call is not ("GET", "/api/console/negotiate")); // the console has no such file
        foreach (var (verb, path) in known.Concat(verbs.SelectMany(verb => new[] { (verb, "/api"), (verb, "/api/nothing"), (verb, "/api/sessions/s1/apps/p/start/x") })))
        {
            Assert.Equal((verb, path, CatchAll, CatchAll), (verb, path, await host(verb, path), await worker(verb, path)));
        }
    });

    static List<(string Name, HttpTriggerAttribute Trigger)> Triggers(TestApp app) =>
        [.. app.Functions.Where(entry => entry.Trigger is HttpTriggerAttribute).Select(entry => (entry.Name, (HttpTriggerAttribute)entry.Trigger))];

    static Func<string, string, Task<string?>> HostOf(TestApp app)
    {
        var services = Services();
        var routes = new RouteCollection();
        foreach (var (name, trigger) in Triggers(app).OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase))
        {
            var constraints = new Dictionary<string, object>();
            if (trigger.Methods is { } methods)
            {
                constraints.Add("httpMethod", new HttpMethodRouteConstraint(methods));
            }

            var found = new RouteHandler(context =>
            {
                context.Items["found"] = name;
                return Task.CompletedTask;
            });
            routes.Add(new Route(found, name, $"api/{trigger.Route}", [], constraints, [], services.GetRequiredService<IInlineConstraintResolver>()));
        }

        return async (verb, path) =>
        {
            var route = new RouteContext(Request(services, verb, path));
            await routes.RouteAsync(route);
            await (route.Handler?.Invoke(route.HttpContext) ?? Task.CompletedTask);
            return (string?)route.HttpContext.Items["found"];
        };
    }

    static Func<string, string, Task<string?>> WorkerOf(TestApp app)
    {
        var services = Services();
        var pipeline = new ApplicationBuilder(services);
        pipeline.UseRouting();
        pipeline.UseEndpoints(endpoints => endpoints.DataSources.Add(new DefaultEndpointDataSource(Triggers(app).Select(EndpointOf))));
        var run = pipeline.Build();
        return async (verb, path) =>
        {
            var context = Request(services, verb, path);
            await run(context);
            return context.GetEndpoint()?.DisplayName;
        };
    }

    static Endpoint EndpointOf((string Name, HttpTriggerAttribute Trigger) function)
    {
        var endpoint = new RouteEndpointBuilder(_ => Task.CompletedTask, RoutePatternFactory.Parse($"api/{function.Trigger.Route}"), 0) { DisplayName = function.Name };
        endpoint.Metadata.Add(new HttpMethodMetadata(function.Trigger.Methods ?? []));
        return endpoint.Build();
    }

    static ServiceProvider Services() => new ServiceCollection().AddLogging().AddRouting()
        .AddSingleton<System.Diagnostics.DiagnosticListener>(new System.Diagnostics.DiagnosticListener("routing")).BuildServiceProvider();

    static DefaultHttpContext Request(IServiceProvider services, string verb, string path)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        (context.Request.Method, context.Request.Path) = (verb, path);
        return context;
    }
}
