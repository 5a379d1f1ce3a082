using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>How a call ends, and what it says to do.</summary>
public sealed class ExitCodeTests
{
    static readonly CommandLine nobody = new() { Url = new($"http://127.0.0.1:{FreePort.Find()}") };

    [Theory]
    [InlineData("nope", "There is no command nope.")]
    [InlineData("show", "SESSION")]
    [InlineData("show . com.example.notes", "SESSION must be")]
    [InlineData("start s1", "lifecycle start SESSION PACKAGE")]
    [InlineData("start s1 p --yes", "go with --all-matching")]
    [InlineData("stop --all-matching", "needs a filter")]
    [InlineData("stop --all-matching --everything --package p", "needs a filter")]
    [InlineData("apps --limit 0", "--limit must be")]
    [InlineData("apps --url nonsense", "--url must be")]
    [InlineData("explain s1 p --at nonsense", "--at must be")]
    [InlineData("explain p --at 03:00", "name the session")]
    [InlineData("what-if s1 p --set nonsense", "NAME=VALUE")]
    [InlineData("what-if s1 p", "--set")]
    [InlineData("trigger http://localhost:1/", "LIFECYCLE_WEBHOOK_SECRET")]
    [InlineData("trigger http://localhost:1/ --secret whsec_short", "whsec_")]
    [InlineData("trigger http://localhost:1/ --type nonsense --secret x", "nonsense")]
    [InlineData("trigger http://localhost:1/ --secret whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA --id schön", "--id must be 1 to 256 visible")]
    [InlineData("trigger http://localhost:1/ --secret a --secret b --secret c", "no more than that")]
    [InlineData("tail --count 0", "--count must be a whole number from 1")]
    [InlineData("tail --count -1", "--count must be a whole number from 1")]
    [InlineData("completion fish", "fish")]
    [InlineData("apps --nope", "--nope")]
    public async Task Run_WrongCommandLine_Is2AndSaysWhatIsWrong(string line, string said)
    {
        var result = await nobody.RunAsync(line.Split(' '));

        Assert.Equal(ExitCode.BadUsage, result.Code);
        Assert.Equal("", result.Out);
        Assert.Contains(said, result.Error);
    }

    [Fact]
    public async Task Run_NothingTyped_ShowsHelpAndIs2()
    {
        var result = await nobody.RunAsync();

        Assert.Equal(ExitCode.BadUsage, result.Code);
        Assert.Contains("[command]", result.Out);
    }

    [Fact]
    public async Task Run_Help_HasTheExamples()
    {
        var result = await nobody.DoneAsync("what-if", "--help");

        Assert.Contains("lifecycle what-if s1 com.example.notes --set", result.Out);
    }

    [Fact]
    public async Task Run_NobodyListens_Is3AndSaysHowToStartOne()
    {
        var result = await nobody.RunAsync("apps", "--json");

        Assert.Equal(ExitCode.NotReachable, result.Code);
        Assert.Equal("", result.Out);
        Assert.Equal($"Nobody listens at {nobody.Url!.AbsoluteUri.TrimEnd('/')}: start one with `lifecycle dev`, or say where it is with --url or LIFECYCLE_URL.\n", result.Error);
    }

    [Fact]
    public async Task Run_NoSuchName_Is3()
    {
        var result = await nobody.RunAsync("apps", "--url", "http://nobody.invalid:7071");

        Assert.Equal(ExitCode.NotReachable, result.Code);
        Assert.Contains("http://nobody.invalid:7071 cannot be reached", result.Error);
    }

    [Fact]
    public async Task Run_KeyIsWanted_Is1AndSaysHowToGiveIt()
    {
        await using var host = await FakeHost.StartAsync(_ => new FakeAnswer(401, ""));

        var result = await new CommandLine { Url = host.Url }.RunAsync("apps");

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Contains("--key", result.Error);
        Assert.Contains("LIFECYCLE_KEY", result.Error);
    }

    [Fact]
    public async Task Run_Refused_Is1WithDetailAndFields()
    {
        await using var host = await FakeHost.StartAsync(request => request.Method == "PUT"
            ? FakeAnswer.Problem(400, "invalid_app", "webhookUrl must be a URL.", ",\"errors\":{\"webhookUrl\":\"must be a URL\"}")
            : FakeAnswer.Problem(409, "not_attached", "The message was not taken.", ",\"state\":\"BACKOFF\""));
        var cli = new CommandLine { Url = host.Url };

        var registering = await cli.RunAsync("register", "p", "--webhook", "x");
        var sending = await cli.RunAsync("send", "s1", "p", "hello");

        Assert.Equal((ExitCode.No, ExitCode.No), (registering.Code, sending.Code));
        Assert.Contains("  webhookUrl must be a URL\n", registering.Error);
        Assert.Equal("The message was not taken.\n  its state is BACKOFF\n", sending.Error);
    }

    [Fact]
    public async Task Run_SomethingElseAnswers_Is1AndAsksWhetherTheAddressIsRight()
    {
        await using var host = await FakeHost.StartAsync(_ => new FakeAnswer(200, "<html>", "text/html"));

        var result = await new CommandLine { Url = host.Url }.RunAsync("apps");

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Contains("Is --url right?", result.Error);
    }

    [Fact]
    public async Task Run_ControlCharactersOfOthers_DoNotReachTheTerminal()
    {
        await using var host = await FakeHost.StartAsync(_ => FakeAnswer.Problem(404, "x", "\\u001b[2Jgone\\u0007"));

        var result = await new CommandLine { Url = host.Url, Terminal = 100 }.RunAsync("show", "s1", "p");

        Assert.DoesNotContain('\u001b', result.Error.Replace("\u001b[91m", "").Replace("\u001b[0m", "").Replace("\u001b[38;5;9m", ""));
        Assert.DoesNotContain('\u0007', result.Error);
        Assert.Contains("gone", result.Error);
    }

    // A read of the console knows nothing of Ctrl-C: it was pressed, and nothing happened until a line was typed.
    [Fact]
    public async Task Run_InterruptedWhileItReadsTheInput_EndsAs130()
    {
        using var interrupt = new CancellationTokenSource();
        using var input = new SilentInput();
        var running = (nobody with { Input = input }).RunAsync(["send", "s1", "p", "-"], TextWriter.Null, TextWriter.Null, interrupt.Token);
        await input.Asked.Task;

        await interrupt.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await running.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Run_Interrupted_EndsAs130WithoutAWord()
    {
        using var interrupt = new CancellationTokenSource();
        using var over = new ManualResetEventSlim();
        await using var host = await FakeHost.StartAsync(_ =>
        {
            interrupt.Cancel(); // while the call is under way
            over.Wait();
            return new FakeAnswer(200, "{}");
        });
        var error = new StringWriter();

        var code = await new CommandLine { Url = host.Url }.RunAsync(["apps"], TextWriter.Null, error, interrupt.Token);
        over.Set();

        Assert.Equal((ExitCode.Interrupted, ""), (code, error.ToString()));
    }
}
