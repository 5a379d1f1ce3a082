using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>What must happen at the SignalR service happens in the end, also when it was away just then and nobody is attached.</summary>
public sealed class ChoreTests
{
    static readonly AppSessionId id = new("s1", TestApp.Package);

    static void Run(Func<TestApp, ConnectionSpy, Task> test) =>
        TestApp.Run(app => test(app, app.Services.GetRequiredService<ConnectionSpy>()), ConnectionSpy.Install);

    // The old socket stayed open for as long as its app liked, and heard every stream of the user.
    [Fact]
    public void A_connection_that_could_not_be_closed_at_a_takeover_is_closed_when_the_service_is_back() => Run(async (app, spy) =>
    {
        await app.StartAsync();
        var old = await AppClient.AttachAsync(app);
        await app.Settle(2_000);
        spy.Fails = call => call == "close";

        var client = await AppClient.AttachAsync(app);

        Assert.Equal("RUNNING", await app.StateAsync());
        await app.Settle(20_000);
        Assert.Null(old.Reason);
        Assert.InRange(spy.Calls.Count(call => call == "close"), 4, 6); // 1, 2, 4 and 8 s apart
        spy.Fails = _ => false;
        await app.Settle(30_000);
        Assert.Equal("superseded", old.Reason);
        var closes = spy.Calls.Count(call => call == "close");
        await app.Settle(300_000);
        Assert.Equal(closes, spy.Calls.Count(call => call == "close"));
        Assert.Null(client.Reason);
    });

    [Fact]
    public void A_connection_that_could_not_be_closed_at_a_stop_is_closed_after_it() => Run(async (app, spy) =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        spy.Fails = call => call == "close";

        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop");
        await app.Settle(20_000);

        Assert.Equal(("STOPPED", null), (await app.StateAsync(), client.Reason));
        spy.Fails = _ => false;
        await app.Settle(30_000);
        Assert.Equal("stopped", client.Reason);
    });

    // The session was forgotten with what it had to leave: the next life of the key heard the old streams for three days.
    [Fact]
    public void Groups_that_could_not_be_left_at_a_stop_are_left_before_the_session_is_forgotten() => Run(async (app, spy) =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        await client.Socket.InvokeAsync("setSubscriptions", (string[])["audio"], 0);
        await app.Settle();
        spy.Fails = call => call.StartsWith("leave", StringComparison.Ordinal);
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop");
        await app.Settle(180_000);
        Assert.Equal("STOPPED", await app.StateAsync()); // past the retention window of two minutes
        Assert.True(await spy.IsInAsync(id, "s1/audio"));

        spy.Fails = _ => false;
        await app.Settle(120_000);

        Assert.False(await spy.IsInAsync(id, "s1/audio"));
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/sessions/s1/apps/{TestApp.Package}")).Status);
    });
}
