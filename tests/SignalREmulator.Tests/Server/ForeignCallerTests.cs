using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Lifecycle.SignalREmulator.Tests.Support;

namespace Lifecycle.SignalREmulator.Tests.Server;

// Any web page that a developer had open could drop sockets by a plain POST, and with a name that led to loopback read everything.
public sealed class ForeignCallerTests
{
    [Theory]
    [InlineData("GET", "/_faults")]
    [InlineData("POST", "/_faults/drop")]
    [InlineData("POST", "/client/negotiate?hub=apps")]
    [InlineData("OPTIONS", "/client/negotiate?hub=apps")]
    [InlineData("GET", "/api/health?api-version=2022-06-01")]
    [InlineData("GET", "/nowhere")]
    public async Task A_foreign_page_and_a_foreign_host_are_refused_everywhere(string method, string path)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.Service.ConnectAsync("u");
        foreach (var (name, value) in ((string, string)[])[("Origin", "http://page.example"), ("Origin", "null"), ("Host", "page.example")])
        {
            using var answer = await SendAsync(emulator, method, path, "{}", "application/json", (name, value));
            Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Contains("--allowed-hosts", await answer.Content.ReadAsStringAsync());
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
        Assert.Equal(1, emulator.Core.ConnectionCount);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task An_order_that_a_form_can_send_changes_nothing(string contentType)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.Service.ConnectAsync("u");
        using var answer = await SendAsync(emulator, "POST", "/_faults/drop", "{}", contentType, ("Origin", "http://localhost:3000"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal(1, emulator.Core.ConnectionCount);
    }

    [Fact]
    public async Task A_host_that_is_allowed_may_call_and_so_may_its_pages()
    {
        await using var emulator = await Emulator.StartAsync(options => options with { Callers = new(["dev.example.com"]) });
        using var answer = await SendAsync(emulator, "GET", "/_faults", null, null, ("Host", "dev.example.com"), ("Origin", "http://dev.example.com:3000"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    static async Task<HttpResponseMessage> SendAsync(
        Emulator emulator, string method, string path, string? body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = emulator.Address };
        using var request = new HttpRequestMessage(new(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        if (body is not null && method == "POST")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType!) } };
        }
        return await http.SendAsync(request);
    }
}
