using System.Text.Json;
using Lifecycle.Functions.Relay;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Tests.Relay;

/// <summary>The relay's hub methods, called wrongly or by whoever was not asked.</summary>
public sealed class RelayCallTests
{
    static readonly (string Method, object?[] Arguments, string Code)[] calls =
    [
        ("ready", ["x"], "invalid_argument"),
        ("ready", [new { }, new { }], "invalid_argument"),
        ("leaving", [7], "invalid_argument"),
        ("answer", [], "invalid_argument"),
        ("answer", ["x"], "invalid_argument"),
        ("answer", [null], "invalid_argument"),
        ("answer", [new { }], "invalid_argument"),
        ("answer", [new { ticket = "", status = 202 }], "invalid_argument"),
        ("answer", [new { ticket = 7, status = 202 }], "invalid_argument"),
        ("answer", [new { ticket = "x" }], "invalid_argument"),
        ("answer", [new { ticket = "x", status = "202" }], "invalid_argument"),
        ("answer", [new { ticket = "x", status = 202.5 }], "invalid_argument"),
        ("answer", [new { ticket = "x", status = 199 }], "invalid_argument"),
        ("answer", [new { ticket = "x", status = 600 }], "invalid_argument"),
        ("answer", [new { ticket = "x", status = 202, headers = "x" }], "invalid_argument"),
        ("answer", [new { ticket = "x", status = 202, headers = new { a = 1 } }], "invalid_argument"),
        ("answer", [new { ticket = new string('x', 1025), status = 202 }], "too_large"),
        ("answer", [new { ticket = "x", status = 202, headers = new { a = new string('x', 257) } }], "too_large"),
        ("answer", [new { ticket = "x", status = 202, headers = Enumerable.Range(0, 33).ToDictionary(n => $"h{n}", _ => "") }], "too_large"),
        ("answer", [new { ticket = "x", status = 202 }], "not_asked"),
        ("answer", [new { ticket = "lrp1.k.e30.AAAA", status = 202 }], "not_asked"),
    ];

    [Fact]
    public void EveryMethod_AnswersBadInputWithATypedError_AndChangesNothing() => TestApp.Run(async app =>
    {
        var process = await RelayProcess.StartAsync(app);
        var before = app.Everything();
        foreach (var (method, arguments, code) in calls)
        {
            Assert.True(await process.CallAsync(method, arguments) == code, $"{method} {JsonSerializer.Serialize(arguments)}");
        }

        await app.Settle(1_000);
        Assert.Equal(before, app.Everything());
    });

    [Fact]
    public void TheEnumeration_CoversEveryMethod() => TestApp.Run(app =>
    {
        var all = app.Functions.Select(f => f.Trigger).OfType<SignalRTriggerAttribute>().Where(t => t is { Category: "messages", HubName: Functions.Relay.Relay.HubName }).Select(t => t.Event);
        Assert.Equal(all.Order(), calls.Select(call => call.Method).Distinct().Order());
        return Task.CompletedTask;
    });

    [Fact]
    public void AnAnswer_OfWhoeverWasNotAsked_IsRefused_AndTheOneWhoWasStillCounts() => RelayedApp.Run(async app =>
    {
        var (first, second) = (await RelayProcess.StartAsync(app, "i1"), await RelayProcess.StartAsync(app, "i2"));
        first.Answer = second.Answer = _ => null;
        await app.StartAsync();
        var (asked, other) = first.Webhooks.Count > 0 ? (first, second) : (second, first);
        var ticket = asked.Webhooks[0].GetProperty("ticket").GetString();
        Assert.Equal("not_asked", await other.CallAsync("answer", new { ticket, status = 410 }));
        Assert.Null(await asked.CallAsync("answer", new { ticket, status = 202 }));
        Assert.Null(await asked.CallAsync("answer", new { ticket, status = 410 })); // said twice: the first one counts
        await app.Settle();
        Assert.Equal("STARTING", await app.StateAsync());
    });

    [Fact]
    public void AnAnswer_ThatComesTooLate_IsRefused() => RelayedApp.Run(async app =>
    {
        var process = await RelayProcess.StartAsync(app);
        process.Answer = _ => null;
        await app.StartAsync();
        await app.Settle(5_200);
        Assert.Equal("BACKOFF", await app.StateAsync());
        var ticket = process.Webhooks[0].GetProperty("ticket").GetString();
        Assert.Equal("too_late", await process.CallAsync("answer", new { ticket, status = 202 }));
        await app.Settle(10_000);
        Assert.Equal("too_late", await process.CallAsync("answer", new { ticket, status = 202 }));
    });

    // The user relay:package on the hub of sessions would be the session "relay" of that package.
    [Fact]
    public void AUserSessionNamedRelay_IsNotTheRelay() => RelayedApp.Run(async app =>
    {
        var process = await RelayProcess.StartAsync(app);
        await app.StartAsync("relay");
        await app.AttachAsync("relay");
        Assert.Equal(("RUNNING", true), (await app.StateAsync("relay"), process.IsConnected));
        process.Drop();
        await app.Settle();
        Assert.Equal("RUNNING", await app.StateAsync("relay"));
        Assert.Equal(202, (await app.CallAsync("POST", $"/api/sessions/relay/apps/{TestApp.Package}/stop")).Status);
        await app.Settle(10_000);
        Assert.Equal("STOPPED", await app.StateAsync("relay"));
    });
}
