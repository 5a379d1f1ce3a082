using System.Text.Json;
using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary><c>--json</c> of every command that asks a host: one line on the standard output, in the shape that is kept in Golden.</summary>
[Collection(nameof(HostCollection))]
public sealed class JsonTests(HostFixture host)
{
    [Theory]
    [InlineData("register")]
    [InlineData("start", "SESSION PACKAGE")]
    [InlineData("show", "SESSION PACKAGE")]
    [InlineData("show-all", "SESSION")]
    [InlineData("explain", "SESSION PACKAGE")]
    [InlineData("explain-app", "PACKAGE")]
    [InlineData("what-if", "SESSION PACKAGE --set reconnectGraceMs=10000")]
    [InlineData("send", "SESSION PACKAGE hello")]
    [InlineData("away", "SESSION")]
    [InlineData("back", "SESSION")]
    [InlineData("stop", "SESSION PACKAGE --reason tried")]
    [InlineData("revive", "SESSION PACKAGE")]
    [InlineData("trigger", "WEBHOOK --secret SECRET --type stop_request")]
    public async Task Json_EveryCommand_IsAsItIsKept(string name, string line = "")
    {
        var session = $"json-{name}";
        if (line.Contains("SESSION")) await host.RunSessionAsync(session);
        var result = name == "register" ? host.Registered : await host.Cli.DoneAsync([.. Words(name, line, session), "--json"]);

        Assert.Equal("", result.Error);
        Golden.Match($"{name}.json", result.Json);
    }

    [Fact]
    public async Task Json_OfAnAnswer_IsTheApisOwn()
    {
        await host.RunSessionAsync("json-same");
        using var http = new HttpClient();

        var result = await host.Cli.DoneAsync("show", "json-same", HostFixture.Package, "--json");

        Assert.Equal(await http.GetStringAsync(new Uri(host.Url, $"/api/sessions/json-same/apps/{HostFixture.Package}")), result.Out.TrimEnd('\n'));
    }

    [Fact]
    public async Task Json_OfARefusal_IsTheProblem()
    {
        var result = await host.Cli.RunAsync("show", "json-nobody", HostFixture.Package, "--json");

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Equal(404, result.Json.GetProperty("status").GetInt32());
        Assert.NotEqual("", result.Error);
    }

    string[] Words(string name, string line, string session) =>
    [
        name switch { "show-all" => "show", "explain-app" => "explain", _ => name },
        .. line.Split(' ').Select(word => word switch { "SESSION" => session, "PACKAGE" => HostFixture.Package, "WEBHOOK" => host.Webhook, "SECRET" => host.Secret, _ => word }),
    ];
}
