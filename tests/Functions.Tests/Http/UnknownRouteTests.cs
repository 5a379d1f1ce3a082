namespace Lifecycle.Functions.Tests.Http;

/// <summary>What is no call: the official host answered it with an empty 404, whatever was wrong, and the stand-in with a problem of its own.</summary>
public sealed class UnknownRouteTests
{
    [Theory]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("PUT", "/api/sessions/s1/apps/p/start/again")]
    [InlineData("TRACE", "/api/sessions")]
    public void Call_ThatIsUnknown_IsAProblem(string method, string path) => TestApp.Run(async app =>
    {
        var answer = await app.CallAsync(method, path);
        Assert.Equal((404, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal("urn:lifecycle:problem:unknown_call", answer.Json.GetProperty("type").GetString());
    });

    [Theory]
    [InlineData("POST", $"/api/apps/{TestApp.Package}", "DELETE, GET, PUT")]
    [InlineData("DELETE", $"/api/apps/{TestApp.Package}/health", "GET")]
    [InlineData("GET", $"/api/sessions/s1/apps/{TestApp.Package}/start", "POST")]
    [InlineData("OPTIONS", "/API/Negotiate/", "POST")]
    public void Call_WithAnotherMethod_IsAProblemThatNamesThoseThatWouldDo(string method, string path, string allowed) => TestApp.Run(async app =>
    {
        var answer = await app.CallAsync(method, path);
        Assert.Equal((405, "application/problem+json", allowed), (answer.Status, answer.ContentType, answer.Allow));
        Assert.Equal("urn:lifecycle:problem:method_not_allowed", answer.Json.GetProperty("type").GetString());
    });

    [Fact]
    public void Path_OutsideTheApi_IsTheHostsOwn() => TestApp.Run(async app =>
    {
        var answer = await app.CallAsync("GET", "/nothing");
        Assert.Equal((404, ""), (answer.Status, answer.Text));
    });
}
