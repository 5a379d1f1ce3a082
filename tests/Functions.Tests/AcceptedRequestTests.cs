using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests;

/// <summary>Requests that were accepted one after the other are carried out in that order, whatever a read shows meanwhile.</summary>
public sealed class AcceptedRequestTests
{
    static readonly string[] sessions = [.. Enumerable.Range(1, 20).Select(n => $"s{n}")];

    static string PathOf(string session, string command) => $"/api/sessions/{session}/apps/{TestApp.Package}/{command}";

    // A start was answered 202, and then the whole user session deleted: 42 of 100 apps lived on, and the answer said `apps: []`.
    [Fact]
    public void A_user_session_that_is_deleted_right_after_a_start_has_no_app_left() => TestApp.Run(async app =>
    {
        foreach (var session in sessions)
        {
            Assert.Equal(202, (await app.CallAsync("POST", PathOf(session, "start"))).Status);
            Assert.Equal(202, (await app.CallAsync("DELETE", $"/api/sessions/{session}")).Status);
        }

        await app.Settle();
        foreach (var session in sessions)
        {
            Assert.Equal("STOPPED", await app.StateAsync(session));
        }
    });

    // 404 for 20 of 100.
    [Fact]
    public void A_stop_right_after_a_start_stops_it() => TestApp.Run(async app =>
    {
        foreach (var session in sessions)
        {
            Assert.Equal(202, (await app.CallAsync("POST", PathOf(session, "start"))).Status);
            Assert.Equal(202, (await app.CallAsync("POST", PathOf(session, "stop"))).Status);
        }

        await app.Settle();
        foreach (var session in sessions)
        {
            Assert.Equal("STOPPED", await app.StateAsync(session));
        }
    });

    [Fact]
    public void A_user_who_goes_away_right_after_a_start_hears_of_it_when_back() => TestApp.Run(async app =>
    {
        Assert.Equal(202, (await app.CallAsync("POST", PathOf("s1", "start"))).Status);
        Assert.Equal(202, (await app.CallAsync("POST", "/api/sessions/s1/away")).Status);
        await app.Settle(10_000);
        Assert.Equal("DORMANT", await app.StateAsync());
        Assert.Empty(app.Webhooks);

        Assert.Equal(202, (await app.CallAsync("POST", "/api/sessions/s1/back")).Status);
        await app.Settle(10_000);
        Assert.NotEmpty(app.Webhooks);
    });

    // 202, then dropped: STOPPED for ever.
    [Fact]
    public void A_start_while_the_app_stops_begins_when_it_has_stopped() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        app.Services.GetRequiredService<SignalRServiceCore>().Faults.Add(new UpstreamFault { Kind = UpstreamFaultKind.Lose, Event = "disconnected" });
        Assert.Equal(202, (await app.CallAsync("POST", PathOf("s1", "stop"))).Status);
        await app.Settle(100);
        Assert.Equal("STOPPING", await app.StateAsync());
        Assert.Equal(202, (await app.CallAsync("POST", PathOf("s1", "start"))).Status);
        await app.Settle(20_000);
        await app.AttachAsync();
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    [Fact]
    public void What_a_user_session_remembers_is_forgotten_after_an_hour() => TestApp.Run(async app =>
    {
        Assert.Equal(202, (await app.CallAsync("DELETE", "/api/sessions/s1")).Status);
        await app.Settle();
        Assert.Contains("@usersession@s1", app.Everything());
        await app.Settle(TimeSpan.FromMinutes(61).TotalMilliseconds);
        Assert.DoesNotContain("@usersession@s1", app.Everything());
    });
}
