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
    static readonly string big = "{\"x\":\"" + new string('a', 17 * 1024) + "\"}";
    static readonly string huge = "{\"x\":\"" + new string('a', 1024 * 1024) + "\"}";
    static readonly string badId = "s%20p";
    static readonly string deep = new string('[', 40) + new string(']', 40);
    static readonly string longId = new('a', 129);

    // Function, method, path, body, expected status. `{id}` cases come from the routes themselves, below.
    static readonly (string Function, string Method, string Path, string? Body, int Status)[] bodies =
    [
        ("PutApp", "PUT", "/api/apps/p", null, 400),
        ("PutApp", "PUT", "/api/apps/p", "", 400),
        ("PutApp", "PUT", "/api/apps/p", "{", 400),
        ("PutApp", "PUT", "/api/apps/p", "[]", 400),
        ("PutApp", "PUT", "/api/apps/p", "null", 400),
        ("PutApp", "PUT", "/api/apps/p", "{}", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":5}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"ftp://x/y"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"/relative"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://xn--ü/"}""", 400), // no name by IDN: 500 it was
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","ownerUrl":"https://xn--ü/"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","\ud83d":1}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","policy":{"reconnectGraceMs":1e400}}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://u:p@x/y"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","apiKey":"short"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","apiKey":"has a space in it 0123456789"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","ownerUrl":"nope"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","policy":{"reconnectGraceMs":999}}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","policy":{"reconnectGraceMs":"6000s"}}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","policy":{"graceMs":6000}}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","webhook":"typo"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","webhookSecrets":"whsec_x"}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","webhookSecrets":[]}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","webhookSecrets":[null]}""", 400),
        ("PutApp", "PUT", "/api/apps/p", """{"webhookUrl":"http://x/","webhookSecrets":["whsec_dG9vIHNob3J0"]}""", 400),
        ("PutApp", "PUT", "/api/apps/p", big, 413),
        ("RotateAppSecret", "POST", "/api/apps/unknown/rotate-secret", null, 404),
        ("RotateAppSecret", "POST", "/api/apps/com.example.notes/rotate-secret", """{"webhookSecret":"mine"}""", 400),
        ("RotateAppSecret", "POST", "/api/apps/com.example.notes/rotate-secret", big, 413),
        ("RotateAppKey", "POST", "/api/apps/unknown/rotate-key", null, 404),
        ("RotateAppKey", "POST", "/api/apps/com.example.notes/rotate-key", """{"apiKey":"mine-0123456789-0123"}""", 400),
        ("RotateAppKey", "POST", "/api/apps/com.example.notes/rotate-key", big, 413),
        ("GetApp", "GET", "/api/apps/unknown", null, 404),
        ("DeleteApp", "DELETE", "/api/apps/unknown", null, 404),
        ("GetAppHealth", "GET", "/api/apps/unknown/health", null, 404),
        ("ReviveAllOfApp", "POST", "/api/apps/unknown/revive", null, 404),
        ("ReviveAllOfApp", "POST", "/api/apps/com.example.notes/revive", """{"sessions":["s1"]}""", 400),
        ("ReviveAllOfApp", "POST", "/api/apps/com.example.notes/revive", big, 413),
        ("StartApp", "POST", "/api/sessions/s1/apps/unknown/start", null, 404),
        ("StartApp", "POST", "/api/sessions/s1/apps/com.example.notes/start", "[1]", 400),
        ("StartApp", "POST", "/api/sessions/s1/apps/com.example.notes/start", """{"surprise":1}""", 400),
        ("StartApp", "POST", "/api/sessions/s1/apps/com.example.notes/start", big, 413),
        ("StartApp", "POST", "/api/sessions/s1/apps/com.example.notes/start", """{"foreground":"yes"}""", 400),
        ("StopApp", "POST", "/api/sessions/none/apps/unknown/stop", null, 404),
        ("StopApp", "POST", "/api/sessions/s1/apps/com.example.notes/stop", """{"reason":7}""", 400),
        ("StopApp", "POST", "/api/sessions/s1/apps/com.example.notes/stop", big, 413),
        ("ReviveApp", "POST", "/api/sessions/none/apps/com.example.notes/revive", null, 404),
        ("ReviveApp", "POST", "/api/sessions/s1/apps/unknown/revive", null, 404),
        ("ReviveApp", "POST", "/api/sessions/s1/apps/com.example.notes/revive", "{", 400),
        ("GetAppSession", "GET", "/api/sessions/none/apps/com.example.notes", null, 404),
        ("Negotiate", "POST", "/api/negotiate", null, 400),
        ("Negotiate", "POST", "/api/negotiate", "{", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s 1","packageName":"com.example.notes"}""", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1"}""", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"..","packageName":"com.example.notes"}""", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"."}""", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"com.example.notes","instanceId":".."}""", 400),
        ("Negotiate", "POST", "/api/negotiate?sessionId=..&packageName=com.example.notes", null, 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"com.example.notes","instanceId":"a,b"}""", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"com.example.notes","reconnect":"yes"}""", 400),
        ("Negotiate", "POST", "/api/negotiate?reconnect=maybe&sessionId=s1&packageName=com.example.notes", null, 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"com.example.notes"}""", 401),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"unknown"}""", 401),
        ("Negotiate", "POST", "/api/negotiate", big, 413),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"com.example.notes","lastSeq":-1}""", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"com.example.notes","lastSeq":1.5}""", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"com.example.notes","lastSeq":9007199254740991}""", 400),
        ("Negotiate", "POST", "/api/negotiate", """{"sessionId":"s1","packageName":"com.example.notes","lastSeq":9223372036854775808}""", 400),
        ("Negotiate", "POST", "/api/negotiate?lastSeq=4503599627370497&sessionId=s1&packageName=com.example.notes", null, 400),
        ("Negotiate", "POST", "/api/negotiate", $$"""{"sessionId":"s1","packageName":{{deep}}}""", 400),
        ("Negotiate", "POST", "/api/negotiate?lastSeq=x&sessionId=s1&packageName=com.example.notes", null, 400),
        ("PostMessage", "POST", "/api/sessions/none/apps/com.example.notes/messages", """{"body":1}""", 404),
        ("PostMessage", "POST", "/api/sessions/s1/apps/com.example.notes/messages", null, 400),
        ("PostMessage", "POST", "/api/sessions/s1/apps/com.example.notes/messages", """{"body":null}""", 400),
        ("PostMessage", "POST", "/api/sessions/s1/apps/com.example.notes/messages", """{"body":1,"id":"a b"}""", 400),
        ("PostMessage", "POST", "/api/sessions/s1/apps/com.example.notes/messages", """{"body":1,"id":".."}""", 400),
        ("PostMessage", "POST", "/api/sessions/s1/apps/com.example.notes/messages", """{"message":1}""", 400),
        ("PostMessage", "POST", "/api/sessions/s1/apps/com.example.notes/messages", $$"""{"body":{{deep}}}""", 400),
        ("PostMessage", "POST", "/api/sessions/s1/apps/com.example.notes/messages", big, 413),
        ("ListEvents", "GET", "/api/events?after=-1", null, 400),
        ("ListEvents", "GET", "/api/events?after=1.5", null, 400),
        ("ListEvents", "GET", "/api/events?after=", null, 400),
        ("ListEvents", "GET", "/api/events?after=9223372036854775808", null, 400),
        ("ListEvents", "GET", "/api/events?after=9223372036854775807", null, 410),
        ("ListEvents", "GET", "/api/events?generation=another", null, 410),
        ("ListEvents", "GET", "/api/events?limit=0", null, 400),
        ("ListEvents", "GET", "/api/events?limit=1001", null, 400),
        ("ListEvents", "GET", "/api/events?limit=5&limit=6", null, 400),
        ("ListEvents", "GET", "/api/events?since=5", null, 400),
        ("ListEvents", "GET", $"/api/events?{longId}{longId}{longId}a=1&{longId}{longId}{longId}b=1", null, 400),
        ("ListDeadLetters", "GET", "/api/dead-letters?after=x", null, 400),
        ("ListDeadLetters", "GET", "/api/dead-letters?limit=1e3", null, 400),
        ("ListDeadLetters", "GET", "/api/dead-letters?after=1", null, 410),
        ("ListDeadLetters", "GET", "/api/dead-letters?=1", null, 400),
        ("ListAppSessions", "GET", "/api/sessions/a%3Ab/apps", null, 400),
        ("DeleteSession", "DELETE", "/api/sessions/a%3Ab", null, 400),
        ("StartMove", "POST", "/api/move", "[]", 400),
        ("StartMove", "POST", "/api/move", """{"share":0}""", 400),
        ("StartMove", "POST", "/api/move", """{"share":"all"}""", 400),
        ("StartMove", "POST", "/api/move", """{"windowMs":999}""", 400),
        ("StartMove", "POST", "/api/move", """{"windowMs":3600001}""", 400),
        ("StartMove", "POST", "/api/move", """{"url":"b.example.com"}""", 400),
        ("StartMove", "POST", "/api/move", """{"url":"https://b.example.com?code=x"}""", 400),
        ("StartMove", "POST", "/api/move", """{"packageName":"a b"}""", 400),
        ("StartMove", "POST", "/api/move", """{"to":"https://b.example.com"}""", 400),
        ("StartMove", "POST", "/api/move", """{"packageName":"unknown"}""", 404),
        ("StartMove", "POST", "/api/move", big, 413),
        ("GetMove", "GET", "/api/moves/unknown", null, 404),
        ("GetMove", "GET", "/api/moves/a%3Ab", null, 400),
        ("ExportState", "GET", "/api/export?cursor=!", null, 400),
        ("ExportState", "GET", "/api/export?cursor=bnVsbA", null, 400),
        ("ExportState", "GET", "/api/export?cursor=eyJTa2lwIjotMX0", null, 400),
        ("ImportState", "POST", "/api/import", "[]", 400),
        ("ImportState", "POST", "/api/import", """{"form":2}""", 400),
        ("ImportState", "POST", "/api/import", """{"until":"soon"}""", 400),
        ("ImportState", "POST", "/api/import", """{"until":"2025-12-31T00:00:00Z"}""", 400),
        ("ImportState", "POST", "/api/import", """{"until":"2026-01-03T00:00:00Z"}""", 400),
        ("ImportState", "POST", "/api/import", """{"apps":[null]}""", 400),
        ("ImportState", "POST", "/api/import", """{"apps":[{"packageName":"p","registration":{"webhookUrl":"nope"}}]}""", 400),
        ("ImportState", "POST", "/api/import", """{"apps":[{"packageName":"p","registration":{"webhookUrl":"http://x/","apiKeySalt":"!","apiKeyHash":"!"}}]}""", 400),
        ("ImportState", "POST", "/api/import", """{"apps":[{"packageName":"p","registration":{"webhookUrl":"http://x/","webhookSecrets":["nobody's"]}}]}""", 409),
        ("ImportState", "POST", "/api/import", """{"sessions":[{"sessionId":"s2","packageName":"com.example.notes"}]}""", 400),
        ("ImportState", "POST", "/api/import", """{"sessions":[{"sessionId":"s 2","packageName":"com.example.notes","cargo":{"state":"RUNNING"}}]}""", 400),
        ("ImportState", "POST", "/api/import", """{"sessions":[{"sessionId":"s2","packageName":"com.example.notes","cargo":{"state":"STOPPED"}}]}""", 400),
        ("ImportState", "POST", "/api/import", """{"sessions":[{"sessionId":"s2","packageName":"com.example.notes","cargo":{"state":"RUNNING","mailbox":{"kept":null}}}]}""", 400),
        ("ImportState", "POST", "/api/import", huge, 413),
        ("SessionAway", "POST", "/api/sessions/a%3Ab/away", null, 400),
        ("SessionBack", "POST", "/api/sessions/a%3Ab/back", null, 400),
    ];

    static readonly string[] harmless = ["OpenApi", "Health"]; // no input at all

    static readonly string[] elsewhere = ["UnknownRoute"]; // any input is bad: UnknownRouteTests

    [Fact]
    public void Every_HTTP_entry_answers_bad_input_with_a_problem_and_changes_nothing() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        var before = app.Everything();
        foreach (var (function, method, path, body, status) in bodies.Concat(BadIds(app)))
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
        from bad in new[] { badId, longId }
        let path = "/api/" + trigger.Route!.Replace(parameter, bad).Replace("{sessionId}", "s1").Replace("{packageName}", TestApp.Package)
        let body = trigger.Methods![0] == "put" ? """{"webhookUrl":"http://x/"}""" : null
        select (entry.Name, trigger.Methods![0].ToUpperInvariant(), path, body, 400);

    [Fact]
    public void The_enumeration_covers_every_HTTP_function() => TestApp.Run(app =>
    {
        var all = app.Functions.Where(f => f.Trigger is HttpTriggerAttribute).Select(f => f.Name).Order();
        Assert.Equal(all, bodies.Select(b => b.Function).Concat(harmless).Concat(elsewhere).Distinct().Order());
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
        ("setSubscriptions", [JsonSerializer.Deserialize<JsonElement>(deep), 0], "invalid_argument"),
        ("init", [JsonSerializer.Deserialize<JsonElement>(deep)], "invalid_argument"),
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
        ("done", [JsonSerializer.Deserialize<JsonElement>(deep)], "invalid_argument"),
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
        ("LifecycleCommands", big, "too_large"),
        ("LifecycleCommands", $$"""{"type":"start","sessionId":{{deep}},"packageName":"com.example.notes"}""", "invalid_command"),
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
        var all = app.Functions.Select(f => f.Trigger).OfType<SignalRTriggerAttribute>().Where(t => t.Category == "messages").Select(t => t.Event).Order();
        Assert.Equal(all, calls.Select(c => c.Method).Distinct().Order());
        return Task.CompletedTask;
    });
}
