using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>Keys and secrets are told once: whatever happens, what was made is shown.</summary>
public sealed class RegisterTests
{
    const string Key = "lk_0123456789abcdef0123456789abcdef0123456789a";
    const string Secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const string ExportedKey = $"export LIFECYCLE_API_KEY={Key}\n";
    const string ExportedSecret = $"export LIFECYCLE_WEBHOOK_SECRET={Secret}\n";

    static readonly string[] line = ["register", "p", "--webhook", "http://localhost:1/x"];

    static FakeAnswer Registered(FakeRequest request) => request switch
    {
        { Method: "PUT" } => new(200, "{\"packageName\":\"p\",\"webhookUrl\":\"http://localhost:1/x\"}"),
        { Path: "/api/apps/p/rotate-key" } => new(200, $"{{\"apiKey\":\"{Key}\",\"apiKeyCount\":2}}"),
        _ => new(200, $"{{\"webhookSecret\":\"{Secret}\",\"webhookSecretCount\":2}}"),
    };

    static FakeAnswer WithoutSecond(FakeRequest request) => request.Path.EndsWith("rotate-secret") ? FakeAnswer.Problem(503, "engine_busy", "The engine is behind.") : Registered(request);

    // The new key had been made, and was thrown away because there was no new secret beside it.
    [Theory]
    [InlineData("--new-key", ExportedKey, "LIFECYCLE_WEBHOOK_SECRET is not among them")]
    [InlineData("--new-secret", ExportedSecret, "LIFECYCLE_API_KEY is not among them")]
    public async Task Env_OneOfThemIsNew_PrintsItAndSaysWhichIsNotThere(string option, string output, string said)
    {
        await using var host = await FakeHost.StartAsync(Registered);

        var result = await new CommandLine { Url = host.Url }.DoneAsync([.. line, "--env", option]);

        Assert.Equal(output, result.Out);
        Assert.Contains(said, result.Error);
    }

    // The second call failed, and the key that the first one had made was never seen.
    [Theory]
    [InlineData("--env", ExportedKey)]
    [InlineData("--json", $"{{\"packageName\":\"p\",\"webhookUrl\":\"http://localhost:1/x\",\"apiKey\":\"{Key}\",\"apiKeyCount\":2}}\n")]
    public async Task Rotation_SecondCallFails_ShowsWhatTheFirstOneMade(string option, string output)
    {
        await using var host = await FakeHost.StartAsync(WithoutSecond);

        var result = await new CommandLine { Url = host.Url }.RunAsync([.. line, option, "--new-key", "--new-secret"]);

        Assert.Equal((ExitCode.No, output), (result.Code, result.Out));
        Assert.Contains("The engine is behind.", result.Error);
    }

    [Fact]
    public async Task Rotation_InterruptedAtTheSecondCall_ShowsWhatTheFirstOneMade()
    {
        using var interrupt = new CancellationTokenSource();
        using var over = new ManualResetEventSlim();
        await using var host = await FakeHost.StartAsync(request =>
        {
            if (!request.Path.EndsWith("rotate-secret")) return Registered(request);
            interrupt.Cancel();
            over.Wait();
            return new(200, "{}");
        });
        var output = new StringWriter();

        var code = await new CommandLine { Url = host.Url }.RunAsync([.. line, "--new-key", "--new-secret", "--env"], output, TextWriter.Null, interrupt.Token);
        over.Set();

        Assert.Equal((ExitCode.Interrupted, ExportedKey), (code, output.ToString().ReplaceLineEndings("\n")));
    }

    [Fact]
    public async Task Health_IsSentAndShown()
    {
        await using var host = await FakeHost.StartAsync(_ => new(200, "{\"packageName\":\"p\",\"webhookUrl\":\"http://localhost:1/x\",\"healthUrl\":\"http://localhost:1/up\"}"));

        var result = await new CommandLine { Url = host.Url }.DoneAsync([.. line, "--health", "http://localhost:1/up"]);

        Assert.Equal("{\"webhookUrl\":\"http://localhost:1/x\",\"healthUrl\":\"http://localhost:1/up\"}", Assert.Single(host.Requests).Body);
        Assert.Contains("http://localhost:1/up is asked whether it is up", result.Out + result.Error);
    }

    // On a terminal of 80 characters the secret came in two lines, and who copied them had half of it.
    [Fact]
    public async Task Exports_OnANarrowTerminal_AreWholeLines()
    {
        await using var host = await FakeHost.StartAsync(Registered);

        var result = await new CommandLine { Url = host.Url, Terminal = 40 }.DoneAsync([.. line, "--new-key", "--new-secret"]);

        Assert.Contains($"\n{ExportedKey}{ExportedSecret}", result.Out);
    }
}
