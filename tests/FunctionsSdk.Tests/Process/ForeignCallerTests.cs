using System.Net;
using Lifecycle.FunctionsSdk.Tests.Support;

namespace Lifecycle.FunctionsSdk.Tests.Process;

public class ForeignCallerTests
{
    // Any web page that a developer had open could call the API, and with a name that led to loopback (DNS rebinding) read the answers, new keys included.
    [Fact]
    public async Task A_foreign_page_and_a_foreign_host_are_refused_on_every_port()
    {
        using var folder = new TempFolder();
        using var host = new HostProcess(folder, "--port", "0", "--signalr-port", "0");
        var (api, signalR) = await host.WhenReadyAsync();
        Uri[] addresses = [new(api, "/api/echo/hi"), new(api, "/runtime/webhooks/signalr"), new(api, "/metrics"), new(api, "/"), new(signalR, "/_faults")];

        foreach (var address in addresses)
        {
            foreach (var (name, value) in ((string, string)[])[("Origin", "http://page.example"), ("Origin", "null"), ("Host", "page.example:7071")])
                Assert.Equal((HttpStatusCode.Forbidden, true), await SendAsync(address, (name, value)));
            Assert.NotEqual(HttpStatusCode.Forbidden, (await SendAsync(address, ("Origin", "http://localhost:5090"))).Status);
            Assert.NotEqual(HttpStatusCode.Forbidden, (await SendAsync(address, ("Host", "127.0.0.1"))).Status);
        }
    }

    [Fact]
    public async Task A_host_that_is_allowed_may_call_both_ports()
    {
        using var folder = new TempFolder();
        using var host = new HostProcess(folder, "--port", "0", "--signalr-port", "0", "--allowed-hosts", "dev.example.com;*.example.org");
        var (api, signalR) = await host.WhenReadyAsync();

        foreach (var address in (Uri[])[new(api, "/api/echo/hi"), new(signalR, "/_faults")])
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(address, ("Host", "dev.example.com"))).Status);
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(address, ("Origin", "https://a.example.org:8443"))).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(address, ("Host", "page.example"))).Status);
        }
    }

    static async Task<(HttpStatusCode Status, bool SaysHow)> SendAsync(Uri address, (string Name, string Value) header)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadAsStringAsync()).Contains("--allowed-hosts", StringComparison.Ordinal));
    }
}
