using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>The doctor as a command; what it finds is tested beside it (tests/Doctor.Tests).</summary>
public sealed class DoctorTests
{
    const string Secret = "whsec_b25seSBmb3IgdHJ5aW5nIGl0IG9uIGEgbGFwdG9wISE=";

    static readonly CommandLine cli = new() { Variables = new() { ["LIFECYCLE_API_KEY"] = "a-key-of-16-or-more", ["LIFECYCLE_WEBHOOK_SECRET"] = Secret } };

    [Fact]
    public async Task Doctor_ServerThatTakesNothing_FailsAndReportsInJson()
    {
        await using var app = await FakeHost.StartAsync(_ => new FakeAnswer(500, ""));
        var page = Path.Combine(Path.GetTempPath(), $"lifecycle-doctor-{Guid.NewGuid():N}.html");

        var result = await cli.RunAsync(
            "doctor", $"{app.Url}", "--package", "com.example.notes", "--listen", "http://127.0.0.1:0", "--contract", "unspoken", "--only", "attach-in-time", "--html", page, "--json");

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Contains("\"attach-in-time\"", result.Out);
        Assert.StartsWith("{", result.Out);
        Assert.Contains("MUST", result.Error);
        Assert.Contains("attach-in-time", await File.ReadAllTextAsync(page));
        Assert.DoesNotContain(Secret, result.Out + result.Error);
        File.Delete(page);
    }

    [Fact]
    public async Task Doctor_NobodyListens_Is3() =>
        Assert.Equal(ExitCode.NotReachable, (await cli.RunAsync("doctor", $"http://127.0.0.1:{FreePort.Find()}/", "--package", "p", "--listen", "http://127.0.0.1:0", "--patience", "0")).Code);

    [Theory]
    [InlineData("doctor http://127.0.0.1:1/", "--package is missing")]
    [InlineData("doctor http://127.0.0.1:1/ --package p --only nope-*", "No check is named nope-*")]
    [InlineData("doctor http://127.0.0.1:1/ --package p --contract nope", "--contract must be")]
    public async Task Doctor_WrongCommandLine_Is2(string line, string said)
    {
        var result = await cli.RunAsync(line.Split(' '));

        Assert.Equal(ExitCode.BadUsage, result.Code);
        Assert.Contains(said, result.Error);
    }
}
