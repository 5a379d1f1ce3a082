using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class DiscoveryTests
{
    [Theory]
    [InlineData(typeof(SameName), "Function 'one'", "same name as", "SameName.First")]
    [InlineData(typeof(SameRoute), "Function 'B'", "same route and method as function 'A'", "api/x/{b}")]
    [InlineData(typeof(SameEvent), "Function 'B'", "same SignalR hub, category and event as function 'A'", "")]
    [InlineData(typeof(NoTrigger), "Function 'A'", "no trigger", "exactly one parameter")]
    [InlineData(typeof(TwoTriggers), "Function 'A'", "more than one trigger", "exactly one parameter")]
    [InlineData(typeof(WrongTriggerType), "Function 'A'", "parameter 'request' of type String", "must be of type HttpRequest")]
    [InlineData(typeof(UnknownParameter), "Function 'A'", "parameter 'id' of type Int32", "named in the route")]
    [InlineData(typeof(UnknownArgument), "Function 'A'", "parameter 'text' of type String", "parameter names")]
    [InlineData(typeof(WrongClient), "Function 'A'", "parameter 'client' of type String", "must be of type DurableTaskClient")]
    [InlineData(typeof(WrongCategory), "Function 'A'", "category 'connection'", "'connections' or 'messages'")]
    [InlineData(typeof(WrongEvent), "Function 'A'", "event 'left'", "'connected' or 'disconnected'")]
    [InlineData(typeof(WrongSchedule), "Function 'A'", "schedule 'now and then'", "'*/15 * * * * *'")]
    [InlineData(typeof(MissingSetting), "Function 'A'", "no setting 'When'", "")]
    [InlineData(typeof(WrongQueue), "Function 'A'", "queue 'My_Queue'", "'my-commands'")]
    [InlineData(typeof(MissingQueueSetting), "Function 'A'", "no setting 'Where'", "")]
    [InlineData(typeof(NotPublic), "Function 'A'", "must be a public", "")]
    [InlineData(typeof(WrongRoute), "Function 'A'", "route part 'a{b}'", "")]
    [InlineData(typeof(WrongConstraint), "Function 'A'", "constraint", "int, long, guid")]
    public async Task Function_ThatCannotRun_IsToldInOneLine(Type functions, string who, string what, string remedy)
    {
        var problem = Assert.Single((await TestHost.StartFailsAsync(functions)).Problems);

        Assert.Contains(who, problem);
        Assert.Contains(what, problem);
        Assert.Contains(remedy, problem);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public async Task Functions_ThatCannotRun_AreAllTold() =>
        Assert.Equal(2, (await TestHost.StartFailsAsync(typeof(NoTrigger), typeof(NotPublic))).Problems.Count);

    [Fact]
    public async Task HttpFunction_WithoutAspNetCore_IsToldWhatToCall()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.FunctionTypes = [typeof(Good)];
        builder.ThrowStartProblems = true;
        builder.Configuration[EmbeddedSettings.ListenKey] = "false";
        builder.Configuration[EmbeddedSettings.DataFolderKey] = EmbeddedSettings.InMemory;
        using var host = builder.Build();

        var problem = await Assert.ThrowsAsync<StartProblemException>(() => host.StartAsync());

        Assert.Contains("ConfigureFunctionsWebApplication()", problem.Message);
    }

    [Fact]
    public async Task Functions_OfAType_AreFoundWithTheirBindings()
    {
        await using var host = await TestHost.StartAsync(typeof(Good));

        var entry = Assert.Single(host.Host.Services.GetRequiredService<FunctionCatalog>().Entries);

        Assert.Equal(("A", TriggerKind.Http), (entry.Name, entry.Kind));
        Assert.Equal(["client: durableClient", "request: httpTrigger"], entry.Definition.InputBindings.Values.Select(b => $"{b.Name}: {b.Type}").Order());
        Assert.Equal("Lifecycle.FunctionsSdk.Tests.Hosting.DiscoveryTests+Good.A", entry.Definition.EntryPoint);
    }

    [Fact]
    public void Assemblies_ByDefault_AreTheEntryAssemblyAndItsReferencesThatUseTheSdk()
    {
        // Under the test runner the entry assembly is this one or the runner's host, which does not use the SDK.
        var assemblies = FunctionScanner.DefaultAssemblies();

        Assert.DoesNotContain(typeof(FunctionScanner).Assembly, assemblies);
        Assert.All(assemblies, a => Assert.Contains(a.GetReferencedAssemblies(), r => r.Name == "Lifecycle.Local.FunctionsSdk"));
    }

    [Fact]
    public void Build_Twice_Throws()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Build().Dispose();

        Assert.Throws<InvalidOperationException>(builder.Build);
        Assert.Throws<InvalidOperationException>(() => builder.Use(next => next));
    }

    static class SameName
    {
        [Function("One")]
        public static void First([HttpTrigger] HttpRequest request) => _ = request;

        [Function("one")]
        public static void Second([HttpTrigger] HttpRequest request) => _ = request;
    }

    static class SameRoute
    {
        [Function("A")]
        public static void A([HttpTrigger("get", "post", Route = "X/{a}")] HttpRequest request, string a) => _ = (request, a);

        [Function("B")]
        public static void B([HttpTrigger("POST", Route = "x/{b}")] HttpRequest request, string b) => _ = (request, b);

        [Function("C")]
        public static void C([HttpTrigger("delete", Route = "x/{c}")] HttpRequest request, string c) => _ = (request, c);
    }

    static class SameEvent
    {
        [Function("A")]
        public static void A([SignalRTrigger("apps", "messages", "init")] SignalRInvocationContext context) => _ = context;

        [Function("B")]
        public static void B([SignalRTrigger("Apps", "Messages", "Init")] SignalRInvocationContext context) => _ = context;
    }

    static class NoTrigger
    {
        [Function("A")]
        public static void A(HttpRequest request) => _ = request;
    }

    static class TwoTriggers
    {
        [Function("A")]
        public static void A([HttpTrigger] HttpRequest request, [TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = (request, timer);
    }

    static class WrongTriggerType
    {
        [Function("A")]
        public static void A([HttpTrigger] string request) => _ = request;
    }

    static class UnknownParameter
    {
        [Function("A")]
        public static void A([HttpTrigger(Route = "a/{other}")] HttpRequest request, int id) => _ = (request, id);
    }

    static class UnknownArgument
    {
        [Function("A")]
        public static void A([SignalRTrigger("apps", "messages", "init", "payload")] SignalRInvocationContext context, string text) => _ = (context, text);
    }

    static class WrongClient
    {
        [Function("A")]
        public static void A([HttpTrigger] HttpRequest request, [DurableClient] string client) => _ = (request, client);
    }

    static class WrongCategory
    {
        [Function("A")]
        public static void A([SignalRTrigger("apps", "connection", "connected")] SignalRInvocationContext context) => _ = context;
    }

    static class WrongEvent
    {
        [Function("A")]
        public static void A([SignalRTrigger("apps", "connections", "left")] SignalRInvocationContext context) => _ = context;
    }

    static class WrongSchedule
    {
        [Function("A")]
        public static void A([TimerTrigger("now and then")] TimerInfo timer) => _ = timer;
    }

    static class MissingSetting
    {
        [Function("A")]
        public static void A([TimerTrigger("%When%")] TimerInfo timer) => _ = timer;
    }

    static class WrongQueue
    {
        [Function("A")]
        public static void A([QueueTrigger("My_Queue")] string message) => _ = message;
    }

    static class MissingQueueSetting
    {
        [Function("A")]
        public static void A([QueueTrigger("%Where%")] string message) => _ = message;
    }

    static class NotPublic
    {
        [Function("A")]
        internal static void Hidden([HttpTrigger] HttpRequest request) => _ = request;
    }

    static class WrongRoute
    {
        [Function("A")]
        public static void A([HttpTrigger(Route = "a{b}")] HttpRequest request) => _ = request;
    }

    static class WrongConstraint
    {
        [Function("A")]
        public static void A([HttpTrigger(Route = "{b:datetime}")] HttpRequest request) => _ = request;
    }

    static class Good
    {
        [Function("A")]
        public static void A([HttpTrigger] HttpRequest request, [DurableClient] DurableTaskClient client) => _ = (request, client);
    }
}
