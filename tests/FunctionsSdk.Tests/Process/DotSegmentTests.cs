using System.Net;
using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;

namespace Lifecycle.FunctionsSdk.Tests.Process;

public class DotSegmentTests
{
    // A client that does not resolve dots sent '..' as an id, and Kestrel made another call of it.
    [Theory]
    [InlineData("/api/nothing/../echo/hi")]
    [InlineData("/api/nothing/%2e%2E/echo/hi")]
    [InlineData("/api/./echo/hi")]
    [InlineData("/api/echo/..")]
    public async Task A_path_that_would_become_another_one_is_refused(string path)
    {
        using var folder = new TempFolder();
        using var host = new HostProcess(folder, "--port", "0", "--signalr-port", "0");
        var (api, _) = await host.WhenReadyAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(api.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("/api/echo/a.b", false)]
    [InlineData("/api/echo/...", false)]
    [InlineData("/api/echo/hi?path=/../x", false)]
    [InlineData("http://localhost:7071/api/../echo", true)]
    [InlineData("", false)]
    public void AreIn_OfATarget_LooksAtItsPath(string target, bool dots) => Assert.Equal(dots, DotSegments.AreIn(target));
}
