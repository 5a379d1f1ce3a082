using System.Security.Claims;
using System.Text.Json;
using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.SignalR.Management;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.SignalREmulator.Tests.Sdk;

public sealed class ServerlessHubTests
{
    readonly TestService service = new();

    Apps Embedded() => ActivatorUtilities.CreateInstance<Apps>(new ServiceCollection()
        .AddServerlessHub<Apps>()
        .AddSingleton(service.Api)
        .AddSingleton(service.Core.TimeProvider)
        .BuildServiceProvider());

    static ServiceProvider Standalone(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddServerlessHub<Apps>()
        .AddServerlessHub<Apps>()
        .AddServerlessHub<Apps.Elsewhere>()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value))
            .Build())
        .BuildServiceProvider();

    [Fact]
    public async Task Negotiate_GivesWhatAClientConnectsWith()
    {
        var hub = Embedded();
        var answer = await hub.Negotiate(new NegotiationOptions
        {
            UserId = "s1:p1",
            EnableDetailedErrors = true,
            Claims = [new Claim("plan", "gold"), new Claim("exp", "1")]
        });
        var json = JsonDocument.Parse(answer).RootElement;
        Assert.Equal(["url", "accessToken"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("http://localhost:8888/client/?hub=apps", json.GetProperty("url").GetString());
        var client = new TestClient(service.Core);
        await client.Client.ConnectAsync(json.GetProperty("url").GetString()!, json.GetProperty("accessToken").GetString()!);
        var connected = await service.Upstream.NextAsync("connected");
        Assert.Equal("s1:p1", connected.UserId);
        var claims = connected.Request.Headers["X-ASRS-User-Claims"];
        Assert.Contains("plan: gold", claims);
        Assert.Contains("asrs.u.exp: 1", claims);
        Assert.Contains("asrs.s.derror: True", claims);
    }

    [Fact]
    public async Task Negotiate_WithoutOptions_IsAnonymous_AndTheRequestsUserIsTheFallback()
    {
        var hub = Embedded();
        Assert.Null(Read(await hub.Negotiate()).UserId);
        var context = new DefaultHttpContext
        {
            User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "u7"), new Claim("role", "a")], "test"))
        };
        var verdict = Read(await hub.Negotiate(new NegotiationOptions { HttpContext = context }));
        Assert.Equal("u7", verdict.UserId);
        Assert.Contains(verdict.Claims, c => c is { Key: "role", Value: "a" });
    }

    AccessTokenVerdict Read(BinaryData answer) => AccessTokenReader.Check(
        JsonDocument.Parse(answer).RootElement.GetProperty("accessToken").GetString(), service.Core.Options.AccessKey,
        service.Core.TimeProvider.GetUtcNow(), _ => true);

    [Fact]
    public async Task Clients_EverySend_ReachesItsTargets()
    {
        var hub = Embedded();
        var a = await service.ConnectAsync("a");
        var b = await service.ConnectAsync("b");
        await hub.ToGroups.AddToGroupAsync(a.Id, "g");
        await hub.ToClients.All.SendAsync("all", new { stateName = "RUNNING" });
        await hub.ToClients.AllExcept(a.Id).SendAsync("allExcept");
        await hub.ToClients.Client(a.Id).SendAsync("client", 1, "two");
        await hub.ToClients.Clients(a.Id, b.Id).SendAsync("clients");
        await hub.ToClients.Group("g").SendAsync("group");
        await hub.ToClients.Groups("g", "h").SendAsync("groups");
        await hub.ToClients.GroupExcept("g", a.Id).SendAsync("groupExcept");
        await hub.ToClients.User("a").SendAsync("user");
        await hub.ToClients.Users("a", "b").SendAsync("users");
        await hub.ToClients.All.SendAsync("end");
        Assert.Equal(("all", """{"stateName":"RUNNING"}"""), await a.Calls.NextAsync());
        Assert.Equal(("client", "1,two"), await a.Calls.NextAsync());
        Assert.Equal(["clients", "group", "groups", "user", "users", "end"], await MethodsAsync(a, 6));
        Assert.Equal(["all", "allExcept", "clients", "users", "end"], await MethodsAsync(b, 5));
    }

    [Fact]
    public async Task Managers_ChangeGroupsAndConnections()
    {
        var hub = Embedded();
        var client = await service.ConnectAsync("u");
        await hub.ToUserGroups.AddToGroupAsync("u", "g");
        await hub.ToUserGroups.AddToGroupAsync("u", "h", TimeSpan.FromMinutes(1));
        Assert.True(await hub.ToUserGroups.IsUserInGroup("u", "g"));
        Assert.True(await hub.Manager.GroupExistsAsync("h"));
        await hub.ToUserGroups.RemoveFromGroupAsync("u", "g");
        await hub.ToUserGroups.RemoveFromAllGroupsAsync("u");
        Assert.False(await hub.Manager.GroupExistsAsync("h"));
        await hub.ToGroups.AddToGroupAsync(client.Id, "g");
        await hub.ToGroups.AddToGroupAsync("gone", "g");
        await hub.ToGroups.RemoveFromGroupAsync(client.Id, "g");
        await hub.ToGroups.RemoveFromAllGroupsAsync(client.Id);
        Assert.True(await hub.Manager.UserExistsAsync("u"));
        Assert.True(await hub.Manager.ConnectionExistsAsync(client.Id));
        await hub.Manager.CloseConnectionAsync(client.Id, "superseded");
        Assert.Equal("superseded", (await client.Closed.NextAsync()).Error);
        Assert.False(await hub.Manager.UserExistsAsync("u"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => hub.Manager.UserExistsAsync(""));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => hub.ToUserGroups.AddToGroupAsync("u", "g", TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public async Task Groups_ListTheirConnections_PageByPage()
    {
        var hub = Embedded();
        List<string> ids = [];
        for (var n = 0; n < 5; n++)
        {
            await hub.ToUserGroups.AddToGroupAsync($"u{n}", "g", TimeSpan.FromMinutes(1));
            ids.Add((await service.ConnectAsync($"u{n}")).Id);
        }
        List<int> sizes = [];
        await foreach (var page in hub.ToGroups.ListConnectionsInGroup("g").AsPages(pageSizeHint: 2))
        {
            sizes.Add(page.Values.Count);
        }
        Assert.Equal([2, 2, 1], sizes);
        Dictionary<string, string?> users = [];
        await foreach (var member in hub.ToGroups.ListConnectionsInGroup("g"))
        {
            users.Add(member.ConnectionId, member.UserId);
        }
        Assert.Equal(ids.Select((id, n) => KeyValuePair.Create(id, (string?)$"u{n}")).OrderBy(p => p.Key), users.OrderBy(p => p.Key));
        var count = 0;
        await foreach (var _ in hub.ToGroups.ListConnectionsInGroup("g", top: 3))
        {
            count++;
        }
        Assert.Equal(3, count);
        await foreach (var _ in hub.ToGroups.ListConnectionsInGroup("nobody"))
        {
            Assert.Fail("Nobody is there.");
        }
        Assert.ThrowsAny<ArgumentException>(() => hub.ToGroups.ListConnectionsInGroup(" "));
        Assert.ThrowsAny<ArgumentException>(() => hub.ToGroups.ListConnectionsInGroup("g", top: 0));
    }

    // What the base class of versions before says.
    [Fact]
    public void Groups_OfAManagerThatCannotList_SaySo() =>
        Assert.Throws<NotImplementedException>(() => new OldGroups().ListConnectionsInGroup("g"));

    [Fact]
    public async Task Standalone_WithAConnectionString_SpeaksRest()
    {
        await using var emulator = await Emulator.StartAsync();
        using var services = Standalone(("AzureSignalRConnectionString", emulator.ConnectionString.ToString()));
        var hub = ActivatorUtilities.CreateInstance<Apps>(services);
        var client = await emulator.Service.ConnectAsync("u");
        await hub.ToClients.User("u").SendAsync("m", 1);
        Assert.Equal(("m", "1"), await client.Calls.NextAsync());
        Assert.True(await hub.Manager.UserExistsAsync("u"));
        Assert.Contains($"127.0.0.1:{emulator.Address.Port}/client/?hub=apps", (await hub.Negotiate()).ToString());
    }

    [Fact]
    public async Task Standalone_AHubWithItsOwnConnection_UsesThatSetting()
    {
        using var services = Standalone(("OtherConnection", "Endpoint=http://other;AccessKey=k"));
        var hub = ActivatorUtilities.CreateInstance<Apps.Elsewhere>(services);
        Assert.Contains("http://other/client/?hub=elsewhere", (await hub.Negotiate()).ToString());
        var thrown = Assert.Throws<InvalidOperationException>(() => ActivatorUtilities.CreateInstance<Apps>(services));
        Assert.Contains("AzureSignalRConnectionString", thrown.Message);
    }

    [Fact]
    public void Hub_NotRegistered_SaysSo()
    {
        var hub = ActivatorUtilities.CreateInstance<Apps>(new ServiceCollection().BuildServiceProvider());
        Assert.Contains("AddServerlessHub", Assert.Throws<InvalidOperationException>(() => hub.ToClients).Message);
    }

    [Fact]
    public async Task Hub_WithASubstitutedContext_UsesIt()
    {
        var hub = new Apps(new EmptyContext());
        Assert.Null(hub.ToClients);
        await Assert.ThrowsAsync<NotSupportedException>(() => hub.Negotiate());
    }

    static async Task<string[]> MethodsAsync(TestClient client, int count)
    {
        var methods = new string[count];
        for (var i = 0; i < count; i++)
        {
            methods[i] = (await client.Calls.NextAsync()).Method;
        }
        return methods;
    }

    sealed class EmptyContext : ServiceHubContext;

    sealed class OldGroups : GroupManager
    {
        public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public override Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public override Task RemoveFromAllGroupsAsync(string connectionId, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
