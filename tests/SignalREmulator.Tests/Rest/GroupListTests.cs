using System.Net.Http.Headers;
using System.Text.Json;
using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace Lifecycle.SignalREmulator.Tests.Rest;

/// <summary>
/// Who is in a group: <c>GET /api/hubs/{hub}/groups/{group}/connections</c>, of the published reference of API version 2024-12-01. It is not in the document of the other
/// paths, which is of a version before.
/// </summary>
public sealed class GroupListTests
{
    const string Hub = TestService.Hub;
    const string Group = "s1/audio %2F 100%";
    const string Version = "api-version=2024-12-01";

    static readonly HttpClient http = new();
    static readonly string path = $"/api/hubs/{Hub}/groups/{Uri.EscapeDataString(Group)}/connections";

    static async Task<string[]> FillAsync(Emulator emulator, int count)
    {
        var ids = new List<string>();
        for (var n = 0; n < count; n++)
        {
            var client = await emulator.Service.ConnectAsync(n == 0 ? null : $"u{n}");
            await emulator.Service.Api.AddConnectionToGroupAsync(Hub, Group, client.Id);
            ids.Add(client.Id);
        }
        return [.. ids];
    }

    static async Task<JsonElement> GetAsync(Emulator emulator, Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RestCall.Token(emulator, url.AbsolutePath));
        using var response = await http.SendAsync(request);
        Assert.Equal((200, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
    }

    static Uri First(Emulator emulator, string query = "") => new(emulator.Address, $"{path}?{Version}{query}");

    /// <summary>The sizes of the pages, and the ids on all of them, by the links.</summary>
    static async Task<(List<int> Sizes, List<string> Ids)> ReadAsync(Emulator emulator, string query = "")
    {
        var (sizes, ids, url) = (new List<int>(), new List<string>(), (Uri?)First(emulator, query));
        while (url is not null)
        {
            var page = await GetAsync(emulator, url);
            ids.AddRange(page.GetProperty("value").EnumerateArray().Select(member => member.GetProperty("connectionId").GetString()!));
            sizes.Add(page.GetProperty("value").GetArrayLength());
            url = page.TryGetProperty("nextLink", out var next) ? new Uri(next.GetString()!) : null;
        }
        return (sizes, ids);
    }

    [Fact]
    public async Task List_AnUnknownGroup_IsAnEmptyPage()
    {
        await using var emulator = await Emulator.StartAsync();
        var page = await GetAsync(emulator, First(emulator));
        Assert.Equal("""{"value":[]}""", page.GetRawText());
    }

    [Fact]
    public async Task List_Members_HaveTheirUsersUnlessTheyAreAnonymous()
    {
        await using var emulator = await Emulator.StartAsync();
        var ids = await FillAsync(emulator, 2);
        var page = await GetAsync(emulator, First(emulator));
        var members = page.GetProperty("value").EnumerateArray().ToDictionary(m => m.GetProperty("connectionId").GetString()!);
        Assert.Equal(["connectionId"], members[ids[0]].EnumerateObject().Select(p => p.Name));
        Assert.Equal("u1", members[ids[1]].GetProperty("userId").GetString());
        Assert.False(page.TryGetProperty("nextLink", out _));
    }

    // By its user alone, and for as long as it is connected.
    [Fact]
    public async Task List_AMembershipOfAUser_IsThatOfItsConnections()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.Service.Api.AddUserToGroupAsync(Hub, "u", Group, TimeSpan.FromMinutes(1));
        Assert.Empty((await ReadAsync(emulator)).Ids);
        var client = await emulator.Service.ConnectAsync("u");
        Assert.Equal([client.Id], (await ReadAsync(emulator)).Ids);
        client.Client.Drop();
        Assert.Empty((await ReadAsync(emulator)).Ids);
    }

    [Theory]
    [InlineData(450, "", "200 200 50")]
    [InlineData(200, "", "200")]
    [InlineData(201, "", "200 1")]
    [InlineData(7, "&maxpagesize=3", "3 3 1")]
    [InlineData(7, "&maxPageSize=7", "7")]
    [InlineData(3, "&maxpagesize=1", "1 1 1")]
    [InlineData(7, "&top=5", "5")]
    [InlineData(7, "&top=5&maxpagesize=2", "2 2 1")]
    [InlineData(7, "&top=4&maxpagesize=2", "2 2")]
    [InlineData(7, "&top=100&maxpagesize=4", "4 3")]
    public async Task List_APage_HasWhatWasAskedFor(int count, string query, string sizes)
    {
        await using var emulator = await Emulator.StartAsync();
        var all = await FillAsync(emulator, count);
        var (read, ids) = await ReadAsync(emulator, query);
        Assert.Equal(sizes, string.Join(' ', read));
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Subset(all.ToHashSet(), ids.ToHashSet());
    }

    [Fact]
    public async Task List_NextLink_IsAWholeAddressThatKeepsWhatWasAskedFor()
    {
        await using var emulator = await Emulator.StartAsync();
        await FillAsync(emulator, 5);
        var link = new Uri((await GetAsync(emulator, First(emulator, "&maxpagesize=2&top=4"))).GetProperty("nextLink").GetString()!);
        Assert.Equal((emulator.Address.Authority, path), (link.Authority, link.AbsolutePath));
        var query = QueryHelpers.ParseQuery(link.Query);
        Assert.Equal(("2024-12-01", "2", "2"), (query["api-version"].ToString(), query["maxpagesize"].ToString(), query["top"].ToString()));
        Assert.NotEmpty(query["continuationToken"].ToString());
    }

    // Of those that are there all the time none may be left out for another one that went.
    [Fact]
    public async Task List_OthersComeAndGoBetweenPages_NeitherSkipsNorRepeats()
    {
        await using var emulator = await Emulator.StartAsync();
        var ids = (await FillAsync(emulator, 6)).Order(StringComparer.Ordinal).ToArray();
        var first = await GetAsync(emulator, First(emulator, "&maxpagesize=3"));
        await emulator.Service.Api.CloseAsync(Hub, SendTarget.Connection(ids[0]), "bye");
        await emulator.Service.Api.CloseAsync(Hub, SendTarget.Connection(ids[2]), "bye");
        var second = await GetAsync(emulator, new Uri(first.GetProperty("nextLink").GetString()!));
        Assert.Equal(ids[3..], second.GetProperty("value").EnumerateArray().Select(m => m.GetProperty("connectionId").GetString()!));
    }

    [Theory]
    [InlineData("GET", $"{Version}&maxpagesize=0", 400)]
    [InlineData("GET", $"{Version}&maxpagesize=201", 400)]
    [InlineData("GET", $"{Version}&maxpagesize=-1", 400)]
    [InlineData("GET", $"{Version}&maxpagesize=x", 400)]
    [InlineData("GET", $"{Version}&top=0", 400)]
    [InlineData("GET", $"{Version}&top=", 400)]
    [InlineData("GET", $"{Version}&continuationToken=!", 400)]
    [InlineData("GET", "api-version=latest", 400)]
    [InlineData("GET", "api-version=2022-06-01", 404)]
    [InlineData("POST", Version, 405)]
    [InlineData("GET", Version, 200)]
    [InlineData("GET", "api-version=2025-01-01-preview", 200)]
    public async Task List_ABadRequest_IsRefused(string verb, string query, int status)
    {
        await using var emulator = await Emulator.StartAsync();
        Assert.Equal(status, (await RestCall.SendAsync(emulator, verb, path, query)).Status);
    }

    [Fact]
    public async Task List_WithoutAGoodToken_IsRefused()
    {
        await using var emulator = await Emulator.StartAsync();
        Assert.Equal(401, (await RestCall.SendAsync(emulator, "GET", path, Version, token: null)).Status);
        Assert.Equal(401, (await RestCall.SendAsync(emulator, "GET", path, Version, token: RestCall.Token(emulator, path + "x"))).Status);
        Assert.Equal(400, (await RestCall.SendAsync(emulator, "GET", $"/api/hubs/{Hub}/groups/%20/connections", Version)).Status);
    }

    [Fact]
    public async Task RestAndEmbedded_ListAlike()
    {
        await using var emulator = await Emulator.StartAsync();
        var ids = (await FillAsync(emulator, 5)).Order(StringComparer.Ordinal).ToArray();
        using var rest = new RestServiceApi(emulator.ConnectionString);
        foreach (var api in new[] { rest, emulator.Service.Api })
        {
            var first = await api.ListConnectionsInGroupAsync(Hub, Group, maxPageSize: 2, top: 3);
            var second = await api.ListConnectionsInGroupAsync(Hub, Group, maxPageSize: 2, top: 1, first.ContinuationToken);
            Assert.Equal((ids[0], ids[1], ids[2]), (first.Members[0].ConnectionId, first.Members[1].ConnectionId, Assert.Single(second.Members).ConnectionId));
            Assert.Null(second.ContinuationToken);
            Assert.Equal(4, (await api.ListConnectionsInGroupAsync(Hub, Group)).Members.Count(member => member.UserId is not null));
            Assert.Empty((await api.ListConnectionsInGroupAsync(Hub, "nobody")).Members);
        }
        await Assert.ThrowsAsync<HttpRequestException>(() => rest.ListConnectionsInGroupAsync(Hub, Group, maxPageSize: 201));
        await Assert.ThrowsAsync<ArgumentException>(() => emulator.Service.Api.ListConnectionsInGroupAsync(Hub, Group, maxPageSize: 201));
    }
}
