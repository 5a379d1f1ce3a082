using System.Reflection;
using Lifecycle.Functions.Hub;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.Functions.Tests.Hub;

/// <summary>What third parties learn of failures on our side: that there was one.</summary>
public sealed class HubFailureTests
{
    static readonly Dictionary<string, object[]> good = new()
    {
        ["init"] = [new { reconnect = true }],
        ["setSubscriptions"] = [new[] { "audio" }, 0],
        ["release"] = [],
    };

    // The exception came back over the app's socket, with its stack and the paths of our source files.
    [Theory]
    [InlineData("init")]
    [InlineData("setSubscriptions")]
    [InlineData("release")]
    public void HubMethod_ThatFails_AnswersATypedErrorAndLogsTheRest(string method) => Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        Break(app);

        var answer = await client.InvokeAsync(method, good[method]);

        Assert.Equal("""{"ok":false,"error":{"code":"internal","message":"The call failed; the log says why."}}""", answer!.Value.GetRawText());
        AssertLogged(app, $"s1:{TestApp.Package}: {method} failed");
    });

    // `Exception binding parameter 'context'` was all that an app got to hear.
    [Theory]
    [InlineData("init", "arguments must be 1 (payload), not 4.")]
    [InlineData("setSubscriptions", "arguments must be 2 (streams, version), not 4.")]
    [InlineData("release", "arguments must be none, not 4.")]
    public void HubMethod_WithAnotherNumberOfArguments_SaysHowManyItTakes(string method, string message) => Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();

        var answer = await client.InvokeAsync(method, 1, 2, 3, 4);

        var error = answer!.Value.GetProperty("error");
        Assert.Equal(("invalid_argument", message), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
    });

    [Fact]
    public void Connected_ThatFails_RefusesTheConnectionAndLogsTheRest() => Run(async app =>
    {
        await app.StartAsync();
        Break(app);
        string? told = null;

        await app.AttachAsync(closed: error => told = error);

        Assert.NotNull(told);
        Assert.DoesNotContain(nameof(ObjectDisposedException), told);
        AssertLogged(app, $"s1:{TestApp.Package}: connected failed");
    });

    // With names, a call with another number of arguments fails in the host, which answers `Exception binding parameter 'context'`.
    [Fact]
    public void HubMethods_OfTheApp_NameNoArgumentsAndAnswerTyped()
    {
        var methods =
            from type in typeof(LifecycleApp).Assembly.GetTypes()
            from method in type.GetMethods()
            from parameter in method.GetParameters()
            let trigger = parameter.GetCustomAttribute<SignalRTriggerAttribute>()
            where trigger is { Category: "messages" }
            select (method, trigger);
        Assert.NotEmpty(methods);
        Assert.All(methods, found =>
        {
            Assert.Empty(found.trigger.ParameterNames);
            Assert.Equal(typeof(Task<HubAnswer>), found.method.ReturnType);
        });
    }

    static void Run(Func<TestApp, Task> test) =>
        TestApp.Run(test, services => services.AddFakeLogging().AddLogging(logging => logging.AddFilter("Lifecycle.Functions", LogLevel.Information)));

    // Nothing can be told to entities any more.
    static void Break(TestApp app) => app.Services.GetRequiredService<EmbeddedDurableBackend>().Abort();

    static void AssertLogged(TestApp app, string message)
    {
        var failure = Assert.Single(app.Services.GetRequiredService<FakeLogCollector>().GetSnapshot(), record => record.Id.Id == 2201);
        Assert.Equal((LogLevel.Error, message), (failure.Level, failure.Message));
        Assert.IsType<ObjectDisposedException>(failure.Exception);
    }
}
