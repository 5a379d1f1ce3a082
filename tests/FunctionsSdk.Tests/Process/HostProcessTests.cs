using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Lifecycle.FunctionsSdk.Tests.Support;
using Microsoft.AspNetCore.SignalR.Client;

namespace Lifecycle.FunctionsSdk.Tests.Process;

public class HostProcessTests
{
    [Fact]
    public async Task A_host_says_where_it_serves_and_ends_cleanly_on_ctrl_c()
    {
        using var folder = new TempFolder();
        using var host = new HostProcess(folder, "--port", "0", "--signalr-port", "0");
        var (api, signalR) = await host.WhenReadyAsync();
        using var http = new HttpClient();

        Assert.Equal("hi", await http.GetStringAsync(new Uri(api, "/api/echo/hi")));
        using var health = new HttpRequestMessage(HttpMethod.Head, new Uri(signalR, "/api/health?api-version=2022-06-01"));
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(health)).StatusCode);
        host.Interrupt();
        var (exitCode, output, errors) = await host.WhenEndedAsync();

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains($"http://localhost:{api.Port}/api", output);
        Assert.Contains($":{signalR.Port}", output);
        Assert.Contains(folder.File(".lifecycle"), output);
    }

    [Fact]
    public async Task A_host_started_again_serves_from_the_same_folder()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 2; i++)
        {
            File.Delete(folder.File("ready.json"));
            using var host = new HostProcess(folder, "--port", "0", "--signalr-port", "0");
            await host.WhenReadyAsync();
            host.Interrupt();
            Assert.Equal(0, (await host.WhenEndedAsync()).ExitCode);
        }
    }

    [Fact]
    public async Task A_host_finishes_a_request_that_runs_when_it_is_stopped()
    {
        using var folder = new TempFolder();
        using var host = new HostProcess(folder, "--port", "0", "--signalr-port", "0");
        var (api, _) = await host.WhenReadyAsync();
        using var http = new HttpClient();

        // The function has answered its first byte, so it runs when the signal comes.
        using var response = await http.GetAsync(new Uri(api, "/api/slow"), HttpCompletionOption.ResponseHeadersRead);
        host.Interrupt();

        Assert.Equal("begun, ended", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, (await host.WhenEndedAsync()).ExitCode);
    }

    [Theory]
    [InlineData("--port", "Port {0} is taken by another process", "--port")]
    [InlineData("--signalr-port", "Port {0} of the SignalR endpoint is taken by another process", "--signalr-port")]
    public async Task A_port_that_is_taken_is_told_in_one_line(string option, string message, string remedy)
    {
        using var folder = new TempFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var other = option == "--port" ? "--signalr-port" : "--port";
        using var host = new HostProcess(folder, option, port, other, "0");

        var (exitCode, output, errors) = await host.WhenEndedAsync();

        Assert.Equal((1, ""), (exitCode, output));
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, message, port), line);
        Assert.Contains(remedy, line);
    }

    [Fact]
    public async Task A_folder_in_use_is_told_in_one_line()
    {
        using var folder = new TempFolder();
        using var first = new HostProcess(folder, "--port", "0", "--signalr-port", "0");
        await first.WhenReadyAsync();
        using var second = new HostProcess(folder, "--port", "0", "--signalr-port", "0");

        var (exitCode, _, errors) = await second.WhenEndedAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("is used by another process", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData(1, "--port", "x")]
    [InlineData(2, "--port", "x", "--timing", "y")]
    [InlineData(1, "--port")]
    [InlineData(1, "--broken=true", "--port=0")]
    [InlineData(1, "--data", "/proc/nowhere")]
    public async Task Problems_of_the_start_are_told_in_a_line_each(int lines, params string[] args)
    {
        using var folder = new TempFolder();
        using var host = new HostProcess(folder, ["--signalr-port", "0", .. args]);

        var (exitCode, output, errors) = await host.WhenEndedAsync();

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal(lines, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("   at ", errors);
    }

    [Fact]
    public async Task A_host_whose_upstream_goes_over_http_answers_its_clients()
    {
        using var folder = new TempFolder();
        using var host = new HostProcess(folder, "--port", "0", "--signalr-port", "0", "--Embedded:Upstream", "http");
        var (api, _) = await host.WhenReadyAsync();
        using var http = new HttpClient();

        var negotiation = await http.GetFromJsonAsync<SampleApp.Negotiation>(new Uri(api, "/api/negotiate"));
        await using var connection = new HubConnectionBuilder()
            .WithUrl(negotiation!.Url, options => options.AccessTokenProvider = () => Task.FromResult<string?>(negotiation.AccessToken))
            .Build();
        await connection.StartAsync();

        Assert.Equal("pong 5", await connection.InvokeCoreAsync<string>("ping", [5]));
    }
}
