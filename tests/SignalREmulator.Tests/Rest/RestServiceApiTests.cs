using System.Net;
using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.SignalREmulator.Tests.Rest;

public sealed class RestServiceApiTests
{
    const string Hub = TestService.Hub;
    const string User = "s1:com.example/notes+ü";
    const string Group = "s1/audio:en";

    [Fact]
    public async Task Rest_does_what_the_embedded_api_does()
    {
        await using var emulator = await Emulator.StartAsync();
        using var api = new RestServiceApi(emulator.ConnectionString);
        var client = await emulator.Service.ConnectAsync(User);
        var id = client.Id;

        await api.SendAsync(Hub, SendTarget.User(User), "m", [new { sessionId = "s" }]);
        Assert.Equal(("m", """{"sessionId":"s"}"""), await client.Calls.NextAsync());
        Assert.True(await api.ExistsAsync(Hub, SendTarget.User(User)));
        Assert.True(await api.ExistsAsync(Hub, SendTarget.Connection(id)));
        Assert.False(await api.ExistsAsync(Hub, SendTarget.User("nobody")));
        Assert.False(await api.ExistsAsync(Hub, SendTarget.Connection("none")));
        Assert.False(await api.ExistsAsync(Hub, SendTarget.Group(Group)));

        Assert.True(await api.AddConnectionToGroupAsync(Hub, Group, id));
        Assert.False(await api.AddConnectionToGroupAsync(Hub, Group, "none"));
        await api.SendAsync(Hub, SendTarget.Group(Group), "g", []);
        Assert.Equal("g", (await client.Calls.NextAsync()).Method);
        await api.RemoveConnectionFromGroupAsync(Hub, Group, id);
        await api.RemoveConnectionFromGroupAsync(Hub, Group, "none");
        Assert.False(await api.ExistsAsync(Hub, SendTarget.Group(Group)));
        await api.AddConnectionToGroupAsync(Hub, Group, id);
        await api.RemoveConnectionFromAllGroupsAsync(Hub, id);
        Assert.False(await api.ExistsAsync(Hub, SendTarget.Group(Group)));

        await api.AddUserToGroupAsync(Hub, User, Group);
        await api.AddUserToGroupAsync(Hub, User, "short", TimeSpan.FromMinutes(1));
        Assert.True(await api.IsUserInGroupAsync(Hub, User, Group));
        await api.SendAsync(Hub, SendTarget.Group(Group, [id]), "excluded", []);
        await api.RemoveUserFromGroupAsync(Hub, User, Group);
        Assert.False(await api.IsUserInGroupAsync(Hub, User, Group));
        await api.RemoveUserFromAllGroupsAsync(Hub, User);
        Assert.False(await api.IsUserInGroupAsync(Hub, User, "short"));

        await api.CloseAsync(Hub, SendTarget.Connection(id), "superseded");
        Assert.Equal("superseded", (await client.Closed.NextAsync()).Error);
        Assert.True(client.Calls.IsEmpty);
        await api.CloseAsync(Hub, SendTarget.Connection(id), "again");
        var second = await emulator.Service.ConnectAsync(User);
        await api.CloseAsync(Hub, SendTarget.User(User), "all & each");
        Assert.Equal("all & each", (await second.Closed.NextAsync()).Error);
    }

    // As in Core/UserGroupTests, over the wire: ttl=0, ttl=60, and none.
    [Fact]
    public async Task A_ttl_reaches_the_service()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var emulator = await Emulator.StartAsync(options => options with { TimeProvider = time });
        using var api = new RestServiceApi(emulator.ConnectionString, time);
        await api.AddUserToGroupAsync(Hub, User, "zero", TimeSpan.Zero);
        await api.AddUserToGroupAsync(Hub, User, "minute", TimeSpan.FromMinutes(1));
        for (var i = 0; i < 101; i++)
        {
            await api.AddUserToGroupAsync(Hub, User, $"none{i}");
        }

        Assert.Equal([false, true, false, true], await AllAsync("zero", "minute", "none0", "none1"));
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([false, false, false, true], await AllAsync("zero", "minute", "none0", "none1"));

        async Task<List<bool>> AllAsync(params string[] groups)
        {
            var answers = new List<bool>();
            foreach (var group in groups)
            {
                answers.Add(await api.IsUserInGroupAsync(Hub, User, group));
            }

            return answers;
        }
    }

    [Fact]
    public async Task A_wrong_key_is_an_exception()
    {
        await using var emulator = await Emulator.StartAsync();
        using var api = new RestServiceApi(emulator.ConnectionString with { AccessKey = "wrong" });
        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => api.ExistsAsync(Hub, SendTarget.User("u")));
        Assert.Equal(HttpStatusCode.Unauthorized, thrown.StatusCode);
    }
}
