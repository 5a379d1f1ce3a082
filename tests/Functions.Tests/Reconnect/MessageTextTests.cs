using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>
/// Texts and numbers that JSON can say and nothing can send. Such a message was answered 202, its send threw for ever, every later message of the
/// session waited behind it, over reconnects too, and nobody was told.
/// </summary>
public sealed class MessageTextTests
{
    const string Path = $"/api/sessions/s1/apps/{TestApp.Package}/messages";

    static Task<TestApp.Answer> PostAsync(TestApp app, string body) => app.SendAsync("POST", Path, $$"""{"body":{{body}}}""");

    [Theory]
    [InlineData("""
        "half of an emoji \ud83d"
        """)]
    [InlineData("""
        "\ude00 the other half"
        """)]
    [InlineData("""
        "\ude00\ud83d"
        """)]
    [InlineData("""
        "\ud83d\ud83d\ude00 and \\ud83d"
        """)]
    [InlineData("""{"\ud83d":1,"good \ud83d\ude00":2}""")]
    [InlineData("""[[[[{"a":[{"\udfff":{"b":"\uDBFF"}}]}]]]]""")]
    public void A_message_with_half_a_surrogate_pair_arrives_with_a_replacement_character_and_the_next_one_does_too(string body) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        var first = await PostAsync(app, body);
        var second = await PostAsync(app, "2");
        await app.Settle();

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal([1, 2], client.Messages.Select(message => message.Seq));
        Assert.Equal(Mended(body), Plain(client.Messages[0].Body));
    });

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("""{"a":[1,{"b":[1e999]}]}""")]
    public void A_number_that_no_reader_holds_is_refused_and_changes_nothing(string body) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        var before = app.Everything();

        var answer = await PostAsync(app, body);

        Assert.Equal((400, "urn:lifecycle:problem:invalid_message"), (answer.Status, answer.Json.GetProperty("type").GetString()));
        Assert.Contains("number", answer.Json.GetProperty("errors").GetProperty("body").GetString());
        Assert.Equal(before, app.Everything());
        Assert.Equal(200, (await PostAsync(app, "2")).Status);
        await app.Settle();
        Assert.Single(client.Messages);
    });

    // 500, and an error in the log that blamed this side.
    [Fact]
    public void A_body_that_is_not_utf8_is_refused() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var answer = await app.SendBytesAsync("POST", Path, Encoding.Latin1.GetBytes("""{"body":"café"}"""));
        Assert.Equal((400, "urn:lifecycle:problem:invalid_body"), (answer.Status, answer.Json.GetProperty("type").GetString()));
        Assert.Contains("UTF-8", answer.Json.GetProperty("detail").GetString());
    });

    // The same text by the other ways in: it goes to the app, to its webhook and to the platform's events.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stop_whose_reason_ends_within_an_emoji_is_told_everywhere(bool byQueue) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        if (byQueue)
        {
            var entry = app.Functions.Single(function => function.Name == "LifecycleCommands");
            var command = $$"""{"type":"stop","sessionId":"s1","packageName":"{{TestApp.Package}}","reason":"bye \ud83d"}""";
            await app.Services.GetRequiredService<FunctionInvoker>().InvokeAsync(entry, command, CancellationToken.None);
        }
        else
        {
            Assert.Equal(202, (await app.SendAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop", """{"reason":"bye \ud83d"}""")).Status);
        }

        await app.Settle(5_000);

        Assert.Equal("bye �", Assert.Single(client.Of("stop")).GetProperty("reason").GetString());
        var webhook = await app.Webhooks[^1].Content!.ReadAsStringAsync();
        Assert.Equal("bye �", JsonSerializer.Deserialize<JsonElement>(webhook).GetProperty("reason").GetString());
    });

    // The same by other means: whole pairs and escaped backslashes first, then every half that is left.
    static string Mended(string body) => Plain(Regex.Replace(
        body, @"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]..", found => found.Length == 6 ? @"\ufffd" : found.Value));

    static string Plain(string json) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(json), JsonSerializerOptions.Web);
}
