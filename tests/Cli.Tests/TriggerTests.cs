using System.Security.Cryptography;
using System.Text;
using Lifecycle.Cli.Tests.Support;
using Lifecycle.Cli.Webhooks;

namespace Lifecycle.Cli.Tests;

/// <summary>Example webhooks to anybody.</summary>
[Collection(nameof(HostCollection))]
public sealed class TriggerTests(HostFixture host)
{
    public static TheoryData<string> Types => [.. ExampleWebhook.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Trigger_EveryType_IsTakenByTheSdk(string type)
    {
        var result = await host.Cli.DoneAsync("trigger", host.Webhook, "--secret", host.Secret, "--type", type, "--session", $"trigger-{type}");

        Assert.Contains("HTTP 20", result.Out);
        Assert.DoesNotContain("whsec_", result.Out + result.Error);
    }

    [Fact]
    public async Task Trigger_AnotherSecret_IsRefusedAnd1()
    {
        var other = $"whsec_{Convert.ToBase64String(new byte[32])}";

        var result = await (host.Cli with { Variables = new() { ["LIFECYCLE_WEBHOOK_SECRET"] = other } }).RunAsync("trigger", host.Webhook, "--json");

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Equal(401, result.Json.GetProperty("status").GetInt32());
        Assert.Contains("no-match", result.Json.GetProperty("body").GetString());
    }

    // While secrets are rotated Lifecycle signs with both; with both in the variable trigger took them for one that is malformed.
    [Theory]
    [InlineData("--secret {0} --secret {1}", "")]
    [InlineData("", "{0} {1}")]
    public async Task Trigger_TwoSecrets_SignsWithBoth(string options, string variable)
    {
        var secrets = new[] { 1, 2 }.Select(number => $"whsec_{Convert.ToBase64String(Enumerable.Repeat((byte)number, 32).ToArray())}").ToArray();
        await using var receiver = await FakeHost.StartAsync(_ => new FakeAnswer(200, ""));
        var cli = new CommandLine { Variables = new() { ["LIFECYCLE_WEBHOOK_SECRET"] = string.Format(variable, secrets) } };

        await cli.DoneAsync(["trigger", $"{receiver.Url}", .. string.Format(options, secrets).Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        var request = Assert.Single(receiver.Requests);
        var signed = Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{request.Body}");
        Assert.Equal(
            string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed))}")), request.Headers["webhook-signature"]);
    }

    // "Nobody takes webhooks there", it said of a receiver that had answered with a long page.
    [Fact]
    public async Task Trigger_LongAnswer_ShowsItsBeginning()
    {
        await using var receiver = await FakeHost.StartAsync(_ => new FakeAnswer(500, new string('x', 200_000)));

        var result = await new CommandLine().RunAsync("trigger", $"{receiver.Url}", "--secret", host.Secret, "--json");

        Assert.Equal(ExitCode.No, result.Code);
        Assert.Equal((500, 64 * 1024, true), (result.Json.GetProperty("status").GetInt32(), result.Json.GetProperty("body").GetString()!.Length, result.Json.GetProperty("isCut").GetBoolean()));
    }

    [Fact]
    public async Task Trigger_ReceiverThatDoesNotAnswer_Is3()
    {
        using var over = new ManualResetEventSlim();
        await using var receiver = await FakeHost.StartAsync(_ =>
        {
            over.Wait();
            return new FakeAnswer(200, "");
        });

        var result = await new CommandLine { Time = new HurriedTime() }.RunAsync("trigger", $"{receiver.Url}", "--secret", host.Secret);
        over.Set();

        Assert.Equal(ExitCode.NotReachable, result.Code);
        Assert.Contains("No answer within 10 s", result.Error);
    }

    [Fact]
    public async Task Trigger_NobodyListens_Is3()
    {
        var result = await new CommandLine().RunAsync("trigger", $"http://127.0.0.1:{FreePort.Find()}/", "--secret", host.Secret);

        Assert.Equal(ExitCode.NotReachable, result.Code);
        Assert.Contains("Nobody takes webhooks at", result.Error);
    }
}
