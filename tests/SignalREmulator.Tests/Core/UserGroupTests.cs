using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.SignalREmulator.Tests.Core;

/// <summary>
/// What is published of a user's membership in groups: the REST document at <c>PUT …/users/{user}/groups/{group}</c>, and azure-signalr's
/// docs/advanced-topics/group-management.md.
/// </summary>
public sealed class UserGroupTests
{
    const string Hub = TestService.Hub;
    readonly FakeTimeProvider time = new();
    readonly TestService service;

    public UserGroupTests() => service = new(time);

    Task JoinAsync(string group, double? ttlSeconds = null) =>
        service.Api.AddUserToGroupAsync(Hub, "u", group, ttlSeconds is { } s ? TimeSpan.FromSeconds(s) : null);

    Task<bool> IsInAsync(string group) => service.Api.IsUserInGroupAsync(Hub, "u", group);

    /// <summary>Which of the groups a connection hears.</summary>
    async Task<List<string>> HeardAsync(TestClient client, params string[] groups)
    {
        foreach (var group in groups)
        {
            await service.Api.SendAsync(Hub, SendTarget.Group(group), group, []);
        }
        await service.Api.SendAsync(Hub, SendTarget.All, "end", []);
        List<string> heard = [];
        while (await client.Calls.NextAsync() is var (method, _) && method != "end")
        {
            heard.Add(method);
        }
        return heard;
    }

    [Fact]
    public async Task Join_OfAUserWithoutConnections_HoldsForTheNextConnections()
    {
        await JoinAsync("g");
        Assert.True(await IsInAsync("g"));
        Assert.False(await service.Api.ExistsAsync(Hub, SendTarget.Group("g")));
        (await service.ConnectAsync("u")).Client.Drop();
        Assert.Equal(["g"], await HeardAsync(await service.ConnectAsync("u"), "g"));
    }

    [Fact]
    public async Task Leave_EndsItForTheConnectionsOfNowAndForLaterOnes()
    {
        var now = await service.ConnectAsync("u");
        await JoinAsync("g", 60);
        await JoinAsync("h");
        await JoinAsync("i", 60);
        await service.Api.RemoveUserFromGroupAsync(Hub, "u", "g");
        Assert.Equal((false, true), (await IsInAsync("g"), await IsInAsync("h")));
        Assert.Equal(["h", "i"], await HeardAsync(now, "g", "h", "i"));
        await service.Api.AddConnectionToGroupAsync(Hub, "own", now.Id);
        await service.Api.RemoveUserFromAllGroupsAsync(Hub, "u");
        Assert.Equal([], await HeardAsync(now, "g", "h", "i", "own"));
        Assert.Equal([], await HeardAsync(await service.ConnectAsync("u"), "g", "h", "i", "own"));
        Assert.False(await service.Api.ExistsAsync(Hub, SendTarget.Group("i")));
    }

    [Fact]
    public async Task Ttl_Over_EndsItForLaterConnectionsOnly()
    {
        var before = await service.ConnectAsync("u");
        await JoinAsync("g", 60);
        time.Advance(TimeSpan.FromSeconds(60));
        var inTime = await service.ConnectAsync("u");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await IsInAsync("g"));
        var late = await service.ConnectAsync("u");
        Assert.Equal(["g"], await HeardAsync(before, "g"));
        Assert.Equal(["g"], await HeardAsync(inTime)); // what the first asked for
        Assert.Equal([], await HeardAsync(late));
        before.Client.Drop();
        inTime.Client.Drop();
        Assert.False(await service.Api.ExistsAsync(Hub, SendTarget.Group("g")));
    }

    [Fact]
    public async Task Ttl_GivenAgain_CountsFromThen()
    {
        await JoinAsync("g", 60);
        await JoinAsync("h", 60);
        time.Advance(TimeSpan.FromSeconds(50));
        await JoinAsync("g", 60);
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(["g"], await HeardAsync(await service.ConnectAsync("u"), "g", "h"));
    }

    [Fact]
    public async Task Ttl_GivenAgainShorter_EndsSooner()
    {
        await JoinAsync("g");
        await JoinAsync("g", 1);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await IsInAsync("g"));
    }

    [Fact]
    public async Task TtlOfZero_AddsOnlyTheConnectionsOfNow()
    {
        var now = await service.ConnectAsync("u");
        await JoinAsync("g", 0);
        await JoinAsync("h", 60);
        await JoinAsync("h", 0);
        Assert.Equal((false, false), (await IsInAsync("g"), await IsInAsync("h")));
        Assert.Equal(["g", "h"], await HeardAsync(now, "g", "h"));
        Assert.Equal([], await HeardAsync(await service.ConnectAsync("u"), "g", "h"));
    }

    // An app subscribed to 150 streams, its socket dropped, and on the real service it came back deaf to the first 50; here it heard all.
    [Fact]
    public async Task WithoutATtl_OnlyTheLast100UpdatedAreKept()
    {
        var now = await service.ConnectAsync("u");
        string[] groups = [.. Enumerable.Range(0, 150).Select(n => $"g{n}")];
        foreach (var group in groups)
        {
            await JoinAsync(group);
        }
        await JoinAsync("g60"); // again: now the newest, and nothing is dropped for it
        Assert.Equal(groups, await HeardAsync(now, groups)); // who is in a group stays in it
        Assert.Equal(groups[50..], await HeardAsync(await service.ConnectAsync("u"), groups));
        await JoinAsync("one more");
        await JoinAsync("and another");
        Assert.Equal((false, false, true), (await IsInAsync("g50"), await IsInAsync("g51"), await IsInAsync("g60")));
    }

    [Fact]
    public async Task WithATtl_AllAreKept_AndDoNotCountAmongThe100()
    {
        string[] groups = [.. Enumerable.Range(0, 1_000).Select(n => $"g{n}")];
        foreach (var group in groups)
        {
            await JoinAsync(group, 60);
        }
        await JoinAsync("forever");
        Assert.Equal([.. groups, "forever"], await HeardAsync(await service.ConnectAsync("u"), [.. groups, "forever"]));
    }

    [Fact]
    public async Task WithoutATtl_ItEndsAfterAYear()
    {
        await JoinAsync("g");
        time.Advance(TimeSpan.FromDays(365));
        Assert.True(await IsInAsync("g"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await IsInAsync("g"));
    }
}
