using System.Text.Json;
using Lifecycle.Functions.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests;

/// <summary>Every HTTP and hub entry with every kind of bad input: a clear 4xx or a typed error, and nothing changes.</summary>
public sealed class BadInputTests
{
    static readonly string[] harmless = ["OpenApi", "Health", "HealthLive"]; // no input at all

    static readonly string[] elsewhere = ["UnknownRoute"]; // any input is bad: UnknownRouteTests

    [Fact]
    public void Every_HTTP_entry_answers_bad_input_with_a_problem_and_changes_nothing() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        var before = app.Everything();
        foreach (var (function, method, path, body, status) in BadRequests.All.Concat(BadIds(app)))
        {
            var answer = await app.SendAsync(method, path, body);
            AssertProblem(answer, status, $"{function}: {method} {path} {body?[..Math.Min(60, body.Length)]}");
        }

        await app.Settle(1000);
        Assert.Equal(before, app.Everything());
    });

    // Each route parameter, with a character that is not allowed and with one character too many.
    static IEnumerable<(string, string, string, string?, int)> BadIds(TestApp app) =>
        from entry in app.Functions
        where entry.Trigger is HttpTriggerAttribute { Route: not null, Methods.Length: > 0 }
        let trigger = (HttpTriggerAttribute)entry.Trigger
        from parameter in new[] { "{sessionId}", "{packageName}" }
        where trigger.Route!.Contains(parameter)
        from bad in new[] { BadRequests.BadId, BadRequests.LongId }
        let path = "/api/" + trigger.Route!.Replace(parameter, bad).Replace("{sessionId}", "s1").Replace("{packageName}", TestApp.Package)
        let body = trigger.Methods![0] == "put" ? """{"webhookUrl":"http://x/"}""" : null
        select (entry.Name, trigger.Methods![0].ToUpperInvariant(), path, body, 400);

    [Fact]
    public void The_enumeration_covers_every_HTTP_function() => TestApp.Run(app =>
    {
        var all = app.Functions.Where(f => f.Trigger is HttpTriggerAttribute).Select(f => f.Name).Order();
        Assert.Equal(all, BadRequests.All.Select(b => b.Function).Concat(harmless).Concat(elsewhere).Distinct().Order());
        return Task.CompletedTask;
    });

    [Fact]
    public void A_body_that_is_not_declared_as_JSON_is_refused() => TestApp.Run(async app =>
    {
        var answer = await app.SendAsync("PUT", "/api/apps/p", """{"webhookUrl":"http://x/"}""", "text/plain");
        AssertProblem(answer, 415, "text/plain");
    });

    static void AssertProblem(TestApp.Answer answer, int status, string what)
    {
        Assert.True(answer.Status == status, $"{what}: expected {status}, got {answer.Status} {answer.Text}");
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.StartsWith("urn:lifecycle:problem:", answer.Json.GetProperty("type").GetString());
        Assert.NotEmpty(answer.Json.GetProperty("title").GetString()!);
        Assert.NotEmpty(answer.Json.GetProperty("detail").GetString()!);
        Assert.DoesNotContain(TestApp.Key, answer.Text);
    }

    static readonly (string Method, object?[] Arguments, string Code)[] calls =
    [
        ("init", [], "invalid_argument"),
        ("init", [new { }, new { }], "invalid_argument"),
        ("init", ["text"], "invalid_argument"),
        ("init", [new[] { 1 }], "invalid_argument"),
        ("init", [new { reconnect = 5 }], "invalid_argument"),
        ("init", [new { instanceId = "a b" }], "invalid_argument"),
        ("init", [new { instanceId = ".." }], "invalid_argument"),
        ("init", [new { instanceId = 7 }], "invalid_argument"),
        ("init", [new { instanceId = new string('a', 129) }], "invalid_argument"),
        ("setSubscriptions", [], "invalid_argument"),
        ("setSubscriptions", [new[] { "audio" }], "invalid_argument"),
        ("setSubscriptions", [new[] { "audio" }, 0, 0], "invalid_argument"),
        ("setSubscriptions", ["audio", 0], "invalid_argument"),
        ("setSubscriptions", [null, 0], "invalid_argument"),
        ("setSubscriptions", [new object?[] { null }, 0], "invalid_argument"),
        ("setSubscriptions", [new[] { "" }, 0], "invalid_argument"),
        ("setSubscriptions", [new[] { "a b" }, 0], "invalid_argument"),
        ("setSubscriptions", [new[] { "../s2/audio" }, 0], "invalid_argument"),
        ("setSubscriptions", [new[] { new string('a', 129) }, 0], "invalid_argument"),
        ("setSubscriptions", [new[] { "audio" }, "0"], "invalid_argument"),
        ("setSubscriptions", [new[] { "audio" }, 1.5], "invalid_argument"),
        ("setSubscriptions", [new[] { "audio" }, -1], "invalid_argument"),
        ("setSubscriptions", [new[] { "audio" }, 9_007_199_254_740_991], "invalid_argument"),
        ("setSubscriptions", [JsonSerializer.Deserialize<JsonElement>(BadRequests.Deep), 0], "invalid_argument"),
        ("init", [JsonSerializer.Deserialize<JsonElement>(BadRequests.Deep)], "invalid_argument"),
        ("release", ["x"], "invalid_argument"),
        ("handOver", ["x"], "invalid_argument"),
        ("handOver", [new { }, new { }], "invalid_argument"),
        ("done", [], "invalid_argument"),
        ("done", [7], "invalid_argument"),
        ("done", [new { }], "invalid_argument"),
        ("done", [new { seq = -1 }], "invalid_argument"),
        ("done", [new { seq = 1.5 }], "invalid_argument"),
        ("done", [new { seq = 1, last = "yes" }], "invalid_argument"),
        ("done", [new { seq = 1, failed = new { } }], "invalid_argument"),
        ("done", [new { seq = 1, failed = new[] { 1 } }], "invalid_argument"),
        ("done", [new { seq = 1, failed = Enumerable.Range(1, 21).Select(n => new { seq = n, error = "" }).ToArray() }], "invalid_argument"),
        ("done", [JsonSerializer.Deserialize<JsonElement>(BadRequests.Deep)], "invalid_argument"),
        ("setSubscriptions", [Enumerable.Range(0, 1001).Select(n => $"s{n}").ToArray(), 0], "too_large"),
    ];

    [Fact]
    public void Every_hub_method_answers_bad_input_with_a_typed_error_and_changes_nothing() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        var before = app.Everything();
        foreach (var (method, arguments, code) in calls)
        {
            var answer = await client.InvokeAsync(method, arguments);
            Assert.False(answer!.Value.GetProperty("ok").GetBoolean(), $"{method} {JsonSerializer.Serialize(arguments)} was accepted");
            Assert.Equal(code, answer.Value.GetProperty("error").GetProperty("code").GetString());
            Assert.NotEmpty(answer.Value.GetProperty("error").GetProperty("message").GetString()!);
        }

        await app.Settle(1000);
        Assert.Equal(before, app.Everything());
    });

    [Fact]
    public void A_call_of_an_unknown_hub_method_fails_and_changes_nothing() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        var before = app.Everything();
        await Assert.ThrowsAsync<HubException>(() => client.InvokeAsync("nobodyKnowsThis"));
        await app.Settle();
        Assert.Equal(before, app.Everything());
    });

    static readonly (string Function, string Message, string Code)[] messages =
    [
        ("LifecycleCommands", "", "invalid_command"),
        ("LifecycleCommands", "{", "invalid_command"),
        ("LifecycleCommands", "[]", "invalid_command"),
        ("LifecycleCommands", "null", "invalid_command"),
        ("LifecycleCommands", "{}", "invalid_command"),
        ("LifecycleCommands", """{"type":1,"sessionId":"s1","packageName":"com.example.notes"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"none","sessionId":"s1","packageName":"com.example.notes"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"Start","sessionId":"s1","packageName":"com.example.notes"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","sessionId":"s 1","packageName":"com.example.notes"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","sessionId":"s1","packageName":"a:b"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","sessionId":"..","packageName":"com.example.notes"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","sessionId":"s1","packageName":"."}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","sessionId":"s1"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","packageName":"com.example.notes"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","sessionId":"s1","packageName":"com.example.notes","surprise":1}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","sessionId":"s1","packageName":"com.example.notes","foreground":"yes"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"start","sessionId":"s1","packageName":"com.example.notes","reason":"x"}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"stop","sessionId":"s1","packageName":"com.example.notes","foreground":false}""", "invalid_command"),
        ("LifecycleCommands", """{"type":"revive","sessionId":"s1","packageName":"com.example.notes","foreground":true}""", "invalid_command"),
        ("LifecycleCommands", $$"""{"type":"stop","sessionId":"s1","packageName":"com.example.notes","reason":"{{new string('a', 257)}}"}""", "invalid_body"),
        ("LifecycleCommands", """{"type":"start","sessionId":"s1","packageName":"unknown"}""", "app_not_registered"),
        ("LifecycleCommands", """{"type":"stop","sessionId":"none","packageName":"unknown"}""", "no_such_app_session"),
        ("LifecycleCommands", """{"type":"revive","sessionId":"none","packageName":"com.example.notes"}""", "no_such_app_session"),
        ("LifecycleCommands", BadRequests.Big, "too_large"),
        ("LifecycleCommands", $$"""{"type":"start","sessionId":{{BadRequests.Deep}},"packageName":"com.example.notes"}""", "invalid_command"),
    ];

    [Fact]
    public void Every_queue_refuses_a_bad_message_with_a_typed_failure_and_changes_nothing() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        var before = app.Everything();
        var invoker = app.Services.GetRequiredService<FunctionInvoker>();
        foreach (var (function, message, code) in messages)
        {
            var entry = app.Functions.Single(f => f.Name == function);
            var failure = await Assert.ThrowsAsync<InputException>(() => invoker.InvokeAsync(entry, message, CancellationToken.None));
            Assert.True(code == failure.Code, $"{function} {message[..Math.Min(90, message.Length)]}: expected {code}, got {failure.Code}");
        }

        await app.Settle(1000);
        Assert.Equal(before, app.Everything());
    });

    [Fact]
    public void The_enumeration_covers_every_queue() => TestApp.Run(app =>
    {
        var all = app.Functions.Where(f => f.Trigger is QueueTriggerAttribute).Select(f => f.Name).Order();
        Assert.Equal(all, messages.Select(m => m.Function).Distinct().Order());
        return Task.CompletedTask;
    });

    [Fact]
    public void The_enumeration_covers_every_hub_method() => TestApp.Run(app =>
    {
        var all = app.Functions.Select(f => f.Trigger).OfType<SignalRTriggerAttribute>().Where(t => t is { Category: "messages", HubName: Functions.Hub.Apps.HubName }).Select(t => t.Event).Order();
        Assert.Equal(all, calls.Select(c => c.Method).Distinct().Order());
        return Task.CompletedTask;
    });
}
