using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>The function key: sent to the host, and shown to nobody.</summary>
public sealed class KeyTests
{
    const string Key = "a-function-key-that-nobody-may-see";

    [Fact]
    public async Task Key_OfOptionOrVariable_IsSentAsHeaderAndInNoOutput()
    {
        await using var host = await FakeHost.StartAsync(_ => FakeAnswer.Problem(500, "internal", "The request failed."));
        var cli = new CommandLine { Url = host.Url };

        CliResult[] results = [await cli.RunAsync("apps", "--key", Key), await (cli with { Variables = new() { ["LIFECYCLE_KEY"] = Key } }).RunAsync("apps", "--json"), await cli.RunAsync("apps")];

        Assert.Equal([Key, Key, ""], host.Requests.Select(request => request.Headers.GetValueOrDefault("x-functions-key", "")));
        Assert.All(results, result => Assert.DoesNotContain(Key, result.Out + result.Error));
    }

    [Fact]
    public async Task Key_ThatNoHeaderCarries_IsNotRepeated()
    {
        var result = await new CommandLine { Url = new("http://127.0.0.1:1") }.RunAsync("apps", "--key", "broken\nkey");

        Assert.Equal(ExitCode.BadUsage, result.Code);
        Assert.DoesNotContain("broken", result.Error);
    }

    [Fact]
    public async Task Url_WithPathOrApi_IsTheSameHost()
    {
        await using var host = await FakeHost.StartAsync(_ => new FakeAnswer(200, "{\"apps\":[]}"));

        foreach (var url in (string[])[$"{host.Url}", $"{host.Url}api", $"{host.Url}api/", $"{host.Url}front"]) await new CommandLine().RunAsync("apps", "--url", url);

        Assert.Equal(["/api/apps", "/api/apps", "/api/apps", "/front/api/apps"], host.Requests.Select(request => request.Path.Split('?')[0]));
    }
}
