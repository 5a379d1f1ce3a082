namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>All sockets of a process are cut, and it comes back to one session after the other.</summary>
public sealed class ReturningProcessTests
{
    // In a cloud restart 14 to 48 of 5,000 sessions were restarted because their process, which lived, had not come to them within their windows.
    [Theory]
    [InlineData("i1", true, true)]
    [InlineData("i1", false, false)]
    [InlineData("i2", true, false)]
    public void Session_whose_process_comes_back_to_another_is_not_restarted(string instance, bool showsToken, bool waits) => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = 6_000 });
        await app.StartAsync("s1");
        await app.StartAsync("s2");
        var clients = (One: await AppClient.AttachAsync(app), Two: await AppClient.AttachAsync(app, instance, session: "s2"));
        var before = app.Webhooks.Count;
        clients.One.Socket.Drop();
        clients.Two.Socket.Drop();
        await app.Settle(5_000);
        await AppClient.AttachAsync(app, instance, reconnect: true, token: showsToken ? clients.Two.Token : null, session: "s2");
        await app.Settle(4_000);

        Assert.Equal((waits, waits ? 0 : 1), (await app.StateAsync() == "GRACE_PERIOD", app.Webhooks.Count - before));
        var why = (await app.CallAsync("GET", $"/api/sessions/s1/apps/{TestApp.Package}/explain")).Text;
        Assert.Equal(waits, why.Contains("its process lives, for it asked to come back to one of its sessions", StringComparison.Ordinal));
        await app.Settle(5_000);
        Assert.Equal(1, app.Webhooks.Count - before);
    });
}
