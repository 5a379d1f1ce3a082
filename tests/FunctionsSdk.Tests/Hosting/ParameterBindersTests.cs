using System.Reflection;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

/// <summary>How the parameters of a function are told apart.</summary>
public sealed class ParameterBindersTests
{
    public class Functions
    {
        public static string Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "x")] HttpRequest request) => request.Path;
    }

    public sealed class Inherited : Functions;

    // Two hosts that started at once in one process: "parameter 'request' is neither the trigger nor named in the route", now and then.
    [Fact]
    public void TryCreate_OfTheTriggerThatWasReflectedOnceMore_BindsTheTrigger()
    {
        static ParameterInfo Of(Type type) => type.GetMethod(nameof(Functions.Get), BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)!.GetParameters()[0];
        var (found, again) = (Of(typeof(Functions)), Of(typeof(Inherited)));
        Assert.False(ReferenceEquals(found, again));
        var trigger = new FoundTrigger(TriggerKind.Http, found.GetCustomAttribute<HttpTriggerAttribute>()!, found);

        Assert.True(ParameterBinders.TryCreate(trigger, again, out _, out var problem), problem);
    }
}
