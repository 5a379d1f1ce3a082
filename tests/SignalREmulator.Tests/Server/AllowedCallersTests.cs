using Microsoft.AspNetCore.Http;

namespace Lifecycle.SignalREmulator.Tests.Server;

public sealed class AllowedCallersTests
{
    [Theory]
    [InlineData("localhost:7071", null)]
    [InlineData("LOCALHOST", null)]
    [InlineData("127.0.0.1:7071", null)]
    [InlineData("127.8.9.1", null)]
    [InlineData("[::1]:7071", null)]
    [InlineData("app.localhost:7071", null)]
    [InlineData("", null)]
    [InlineData("localhost:7071", "http://localhost:5090")]
    [InlineData("localhost:7071", "https://127.0.0.1")]
    [InlineData("localhost:7071", "http://[::1]:3000")]
    public void Problem_OfThisMachine_IsNone(string host, string? origin) => Assert.Null(ProblemOf(AllowedCallers.Loopback, host, origin));

    [Theory]
    [InlineData("page.example:7071", null)]
    [InlineData("localhost.page.example", null)]
    [InlineData("notlocalhost", null)]
    [InlineData("0.0.0.0:7071", null)]
    [InlineData("192.168.1.5:7071", null)]
    [InlineData("page.example", "http://page.example")]
    public void Problem_OfAForeignHost_NamesIt(string host, string? origin) =>
        Assert.StartsWith($"The host '{new HostString(host).Host}'", ProblemOf(AllowedCallers.Loopback, host, origin));

    [Theory]
    [InlineData("http://page.example")]
    [InlineData("https://localhost.page.example:7071")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("file://")]
    [InlineData("chrome-extension://abc")]
    [InlineData("http://localhost:5090", "http://page.example")]
    public void Problem_OfAForeignPage_IsTold(params string[] origins) =>
        Assert.StartsWith("A page of '", ProblemOf(AllowedCallers.Loopback, "localhost:7071", origins));

    [Theory]
    [InlineData("dev.example.com", "dev.example.com:7071", "http://dev.example.com", true)]
    [InlineData("dev.example.com", "x.dev.example.com", null, false)]
    [InlineData("*.example.org", "a.b.example.org", "https://c.example.org:8443", true)]
    [InlineData("192.168.1.5", "192.168.1.5:7071", null, true)]
    [InlineData("*", "page.example", "null", true)]
    [InlineData(" ; dev.example.com ;", "localhost", "http://dev.example.com", true)]
    public void Problem_WithHostsThatAreAllowed_IsOfOthersOnly(string setting, string host, string? origin, bool allowed) =>
        Assert.Equal(allowed, ProblemOf(new(AllowedCallers.Split(setting)), host, origin) is null);

    static string? ProblemOf(AllowedCallers callers, string host, params string?[]? origins)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString(host);
        if (origins?[0] is not null)
        {
            request.Headers.Origin = origins;
        }
        return callers.Problem(request);
    }
}
