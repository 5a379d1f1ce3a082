using Lifecycle.Local.SignalR;

namespace Lifecycle.Scenarios.Http;

public sealed class HttpArgumentsTests
{
    [Theory]
    [InlineData("http://localhost:7071", "http://localhost:7071/")]
    [InlineData("http://localhost:7071/", "http://localhost:7071/")]
    [InlineData("https://func-x.azurewebsites.net/api", "https://func-x.azurewebsites.net/")]
    public void Api_is_the_host_with_and_without_its_path(string written, string host) =>
        Assert.Equal(host, HttpArguments.Parse(["--on", "http", "--api", written]).Api.AbsoluteUri);

    [Fact]
    public void Everything_else_has_a_default()
    {
        var arguments = HttpArguments.Parse(["--on", "http", "--api", "http://localhost:7071"]);
        Assert.Null(arguments.Key);
        Assert.Null(arguments.Faults);
        Assert.Null(arguments.SignalR);
        Assert.Null(arguments.Webhooks);
        Assert.Equal((0, 2_000, 0), (arguments.WebhookPort, arguments.AllowMs, arguments.Names.Count));
    }

    [Fact]
    public void All_of_them_are_read_in_any_order()
    {
        var arguments = HttpArguments.Parse(
        [
            "socket-drop", "--allow-ms", "500", "--key", "k", "--webhooks", "https://tunnel.example", "--webhook-port", "5090", "--on", "http", "--api", "http://h:1",
            "--signalr", "Endpoint=https://x.service.signalr.net;AccessKey=abc;Version=1.0;", "--signalr-faults", "http://localhost:8888", "late-close",
        ]);
        Assert.Equal(["socket-drop", "late-close"], arguments.Names);
        Assert.Equal((500, "k", 5090), (arguments.AllowMs, arguments.Key, arguments.WebhookPort));
        Assert.Equal("tunnel.example", arguments.Webhooks!.Host);
        Assert.Equal(8888, arguments.Faults!.Port);
        Assert.Equal("x.service.signalr.net", arguments.SignalR!.Endpoint.Host);
    }

    [Fact]
    public void An_emulator_with_faults_is_also_the_service_of_publishers()
    {
        var arguments = HttpArguments.Parse(["--on", "http", "--api", "http://h:1", "--signalr-faults", "http://localhost:8888"]);
        Assert.Equal((8888, SignalRServiceOptions.DevelopmentAccessKey), (arguments.SignalR!.Endpoint.Port, arguments.SignalR.AccessKey));
    }

    [Theory]
    [InlineData("--api URL is missing", "--on", "http")]
    [InlineData("--api must be an address", "--on", "http", "--api", "localhost:7071")]
    [InlineData("--key needs a value", "--on", "http", "--api", "http://h:1", "--key")]
    [InlineData("--timing is not an option", "--on", "http", "--api", "http://h:1", "--timing", "exact")]
    [InlineData("--allow-ms must be a whole number", "--on", "http", "--api", "http://h:1", "--allow-ms", "2 s")]
    [InlineData("--webhook-port must be a whole number", "--on", "http", "--api", "http://h:1", "--webhook-port", "70000")]
    public void What_is_wrong_is_said_in_a_line(string said, params string[] args) =>
        Assert.StartsWith(said, Assert.Throws<FormatException>(() => HttpArguments.Parse(args)).Message);

    [Theory]
    [InlineData(true, "--on", "http")]
    [InlineData(true, "socket-drop", "--on", "http")]
    [InlineData(false, "--on", "rules")]
    [InlineData(false, "--on")]
    [InlineData(false, "http")]
    public void Only_on_http_is_about_a_host_that_is_there(bool meant, params string[] args) => Assert.Equal(meant, HttpArguments.AreMeant(args));
}
