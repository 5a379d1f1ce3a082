using System.Text.Json;
using Lifecycle.Cli.Tests.Support;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>Webhooks without an address.</summary>
[Collection(nameof(HostCollection))]
public sealed class ListenTests(HostFixture host)
{
    [Fact]
    public async Task Listen_Forward_PutsTheSignedWebhookToTheLocalPort()
    {
        const string package = "com.example.forwarded";
        var cli = await RegisterAsync(package);
        var port = FreePort.Find();
        await using var app = await NotesApp.StartAsync(host.Url, port, cli.Variables["LIFECYCLE_API_KEY"], cli.Variables["LIFECYCLE_WEBHOOK_SECRET"], package);
        await using var listening = await ListenAsync(cli, package, "--forward", NotesApp.WebhookAt(port), "--json");

        var started = await cli.DoneAsync("start", "forwarded", package, "--wait", "--json");

        Assert.Equal("RUNNING", started.Json.GetProperty("state").GetString());
        Assert.Equal("forwarded", Assert.Single(app.Webhooks).SessionId);
        Golden.Match("listen.json", JsonSerializer.Deserialize<JsonElement>(listening.Out.Split('\n')[0]));
        listening.Interrupt();
        Assert.Equal(ExitCode.Done, await listening.EndAsync());
    }

    [Fact]
    public async Task Listen_Alone_IsAnAppServerThatShowsWhatArrives()
    {
        const string package = "com.example.listening";
        var cli = await RegisterAsync(package);
        await using var listening = await ListenAsync(cli, package);

        await cli.DoneAsync("start", "listening", package, "--wait");
        await cli.DoneAsync("send", "listening", package, "{\"say\":\"hello\"}", "--wait-ms", "10000");

        Assert.Contains("listening  webhook: session_request wh_", listening.Out);
        Assert.Contains("listening  message 1: {\"say\":\"hello\"}", listening.Out);
        Assert.DoesNotContain("whsec_", listening.Out + listening.Error);
    }

    [Fact]
    public async Task Listen_NobodyAtTheLocalPort_SaysSoAndLifecycleTriesAgain()
    {
        const string package = "com.example.down";
        var cli = await RegisterAsync(package);
        await using var listening = await ListenAsync(cli, package, "--forward", $"http://127.0.0.1:{FreePort.Find()}/");

        await cli.DoneAsync("start", "down", package);
        await Eventually.HoldsAsync("the webhook to be told of", () => listening.Out.Contains("session_request wh_"));

        Assert.Contains("HTTP 503 after", listening.Out);
        Assert.Contains("refused", listening.Out);
    }

    [Theory]
    [InlineData("", ExitCode.BadUsage, "With which API key?")]
    [InlineData("--key a-key-of-16-or-more", ExitCode.BadUsage, "With which secret")]
    [InlineData("--key a-key-of-16-or-more --forward http://localhost:1/", ExitCode.No, "key")]
    [InlineData("--key a-key-of-16-or-more --forward nonsense", ExitCode.BadUsage, "--forward must be")]
    public async Task Listen_WithoutWhatItNeeds_EndsAtOnceAndSaysWhat(string line, int code, string said)
    {
        var result = await host.Cli.RunAsync(["listen", HostFixture.Package, .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(code, result.Code);
        Assert.Contains(said, result.Error);
        Assert.DoesNotContain("a-key-of", result.Error);
    }

    [Fact]
    public async Task Listen_AppWithAnAddress_SaysHowToRegisterItForThis()
    {
        const string package = "com.example.addressed";
        var cli = await RegisterAsync(package, "http://localhost:1/x");
        await using var listening = await ListenAsync(cli, package);

        Assert.Contains($"lifecycle register {package} --webhook relay:", listening.Error);
    }

    // As eval "$(lifecycle register … --env)" does it.
    async Task<CommandLine> RegisterAsync(string package, string webhook = "relay:")
    {
        var exports = (await host.Cli.DoneAsync("register", package, "--webhook", webhook, "--env")).Out.TrimEnd('\n').Split('\n');
        var variables = exports.Select(line => line["export ".Length..].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(2, variables.Count);
        return host.Cli with { Variables = variables };
    }

    static async Task<RunningCall> ListenAsync(CommandLine cli, string package, params string[] args)
    {
        var listening = new RunningCall(cli, ["listen", package, .. args]);
        await Eventually.HoldsAsync("listen to be ready", () => listening.Error.Contains("come over a connection to"), seconds: 30);
        return listening;
    }
}
