namespace Lifecycle.Functions.Tests.Http;

public sealed class DeepBodyTests
{
    // The answer said 'it is not of the expected type' of a body that may be any JSON.
    [Theory]
    [InlineData(31, true)] // and the object around them
    [InlineData(32, false)]
    [InlineData(40, false)]
    [InlineData(4_000, false)]
    public void A_body_may_be_nested_32_deep_and_is_told_so(int arrays, bool taken) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        var heard = new List<string>();
        client.Invoked += (target, arguments) => heard.Add($"{target} {arguments[0]}");
        var deep = new string('[', arrays) + new string(']', arrays);
        var answer = await app.SendAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", $$"""{"body":{{deep}}}""");
        await app.Settle();
        if (taken)
        {
            Assert.Equal(200, answer.Status);
            Assert.Contains(deep, Assert.Single(heard));
            return;
        }

        Assert.Equal(400, answer.Status);
        Assert.Contains("nested deeper than 32", answer.Json.GetProperty("errors").GetProperty("body").GetString());
    });
}
