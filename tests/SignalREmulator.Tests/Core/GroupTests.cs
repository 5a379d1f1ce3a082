using Lifecycle.SignalREmulator.Tests.Support;

namespace Lifecycle.SignalREmulator.Tests.Core;

public sealed class GroupTests
{
    const string Hub = TestService.Hub;
    readonly TestService service = new();

    [Fact]
    public async Task Send_ToEachKindOfTarget_ReachesTheRightClients()
    {
        var a = await service.ConnectAsync("a");
        var a2 = await service.ConnectAsync("a");
        var b = await service.ConnectAsync("b");
        var anonymous = await service.ConnectAsync();
        Assert.True(await service.Api.AddConnectionToGroupAsync(Hub, "s1/audio", b.Id));
        await service.Api.SendAsync(Hub, SendTarget.All, "all", []);
        await service.Api.SendAsync(Hub, SendTarget.AllExcept([a.Id, b.Id]), "except", []);
        await service.Api.SendAsync(Hub, SendTarget.User("a"), "user", []);
        await service.Api.SendAsync(Hub, SendTarget.Group("s1/audio"), "group", []);
        await service.Api.SendAsync(Hub, SendTarget.Connection(anonymous.Id), "one", []);
        await service.Api.SendAsync(Hub, SendTarget.All, "end", []);
        Assert.Equal(["all", "user"], await MethodsAsync(a));
        Assert.Equal(["all", "except", "user"], await MethodsAsync(a2));
        Assert.Equal(["all", "group"], await MethodsAsync(b));
        Assert.Equal(["all", "except", "one"], await MethodsAsync(anonymous));
    }

    [Fact]
    public async Task Group_WithAConnectionInItTwice_SendsOnce()
    {
        var client = await service.ConnectAsync("u");
        await service.Api.AddUserToGroupAsync(Hub, "u", "g");
        await service.Api.AddConnectionToGroupAsync(Hub, "g", client.Id);
        await service.Api.SendAsync(Hub, SendTarget.Group("g"), "m", []);
        await service.Api.SendAsync(Hub, SendTarget.All, "end", []);
        Assert.Equal(["m"], await MethodsAsync(client));
    }

    [Fact]
    public async Task Group_AfterRemovalOrDisconnect_IsEmpty()
    {
        var client = await service.ConnectAsync("u");
        await service.Api.AddConnectionToGroupAsync(Hub, "g", client.Id);
        await service.Api.AddConnectionToGroupAsync(Hub, "h", client.Id);
        await service.Api.RemoveConnectionFromGroupAsync(Hub, "g", client.Id);
        Assert.False(await service.Api.ExistsAsync(Hub, SendTarget.Group("g")));
        await service.Api.RemoveConnectionFromAllGroupsAsync(Hub, client.Id);
        Assert.False(await service.Api.ExistsAsync(Hub, SendTarget.Group("h")));
        await service.Api.AddConnectionToGroupAsync(Hub, "g", client.Id);
        client.Client.Close();
        Assert.False(await service.Api.ExistsAsync(Hub, SendTarget.Group("g")));
        Assert.False(await service.Api.AddConnectionToGroupAsync(Hub, "g", client.Id));
    }

    [Fact]
    public async Task Hubs_AreApart_AndTheirNamesAreWithoutCase()
    {
        var client = await service.ConnectAsync("u");
        await service.Api.SendAsync("other", SendTarget.All, "no", []);
        await service.Api.SendAsync("APPS", SendTarget.All, "yes", []);
        Assert.Equal("yes", (await client.Calls.NextAsync()).Method);
    }

    // The official library writes members under their names in code; an app that relied on camelCase broke on the real service.
    [Fact]
    public async Task Send_Arguments_KeepTheNamesOfTheirMembers()
    {
        var client = await service.ConnectAsync("u");
        await service.Api.SendAsync(Hub, SendTarget.All, "m", [new { SessionId = "s", Nested = new { MissedCount = 2 } }, null, "x"]);
        Assert.Equal("""{"SessionId":"s","Nested":{"MissedCount":2}},,x""", (await client.Calls.NextAsync()).Arguments);
    }

    static async Task<List<string>> MethodsAsync(TestClient client)
    {
        List<string> methods = [];
        while (await client.Calls.NextAsync() is var (method, _) && method != "end")
        {
            methods.Add(method);
        }
        return methods;
    }
}
