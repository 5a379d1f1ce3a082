using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>Lists are read on until there is enough, over pages that are short or empty.</summary>
public sealed class PagingTests
{
    static string Item(string session) =>
        $"{{\"sessionId\":\"{session}\",\"packageName\":\"p\",\"state\":\"EVICTED\",\"since\":\"2026-01-01T03:00:00Z\",\"blame\":\"app\",\"epoch\":1}}";

    static FakeAnswer Page(string path) => new(200, path.Contains("cursor=two") ? $"{{\"items\":[],\"looked\":1000,\"next\":\"three\"}}"
        : path.Contains("cursor=three") ? $"{{\"items\":[{Item("s3")},{Item("s4")}],\"looked\":7,\"next\":\"four\"}}"
        : path.Contains("cursor=four") ? $"{{\"items\":[{Item("s5")}],\"looked\":1}}"
        : $"{{\"items\":[{Item("s1")},{Item("s2")}],\"looked\":1000,\"next\":\"two\"}}");

    [Fact]
    public async Task Sessions_ManyPages_AreReadToTheEnd()
    {
        await using var host = await FakeHost.StartAsync(request => Page(request.Path));

        var result = await new CommandLine { Url = host.Url }.DoneAsync("sessions", "--json");

        Assert.Equal(["s1", "s2", "s3", "s4", "s5"], result.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("sessionId").GetString()));
        Assert.Equal(2008, result.Json.GetProperty("looked").GetInt64());
        Assert.False(result.Json.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task Sessions_Limit_StopsThereAndSaysHowToGoOn()
    {
        await using var host = await FakeHost.StartAsync(request => Page(request.Path));

        var json = await new CommandLine { Url = host.Url }.DoneAsync("sessions", "--limit", "4", "--json");
        var shown = await new CommandLine { Url = host.Url }.DoneAsync("sessions", "--limit", "4");

        Assert.Equal("four", json.Json.GetProperty("next").GetString());
        Assert.Contains("--cursor four", shown.Error);
        Assert.Equal(5, shown.Out.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public async Task Sessions_Filter_GoesIntoTheQuery()
    {
        await using var host = await FakeHost.StartAsync(_ => new FakeAnswer(200, "{\"items\":[],\"looked\":0}"));

        var result = await new CommandLine { Url = host.Url }.DoneAsync(
            "sessions", "--state", "evicted,BACKOFF", "--state", "RUNNING", "--package", "com.example.*", "--session", "u+1", "--blame", "app", "--since", "2026-01-01T03:00:00+01:00", "--utc");

        Assert.Equal(
            "/api/app-sessions?state=EVICTED%2CBACKOFF%2CRUNNING&package=com.example.%2A&session=u%2B1&blame=app&since=2026-01-01T02%3A00%3A00Z&limit=50", Assert.Single(host.Requests).Path);
        Assert.Contains("No app session is meant by that.", result.Error);
    }
}
