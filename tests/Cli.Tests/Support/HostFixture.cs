using Lifecycle.Cli.Dev;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>A host in this process as <c>lifecycle dev</c> starts it, and an app server of the package <see cref="Package"/>, registered by the command line.</summary>
public sealed class HostFixture : IAsyncLifetime
{
    public const string Package = NotesApp.Package;

    DevHost? host;
    NotesApp? app;

    internal CommandLine Cli { get; private set; } = null!;

    /// <summary>What registering it printed.</summary>
    internal CliResult Registered { get; private set; } = null!;

    /// <summary>Where the app server takes webhooks.</summary>
    public string Webhook { get; private set; } = null!;

    public string Secret { get; private set; } = null!;

    public Uri Url => host!.Url;

    public Uri SignalR => host!.SignalR;

    public async Task InitializeAsync()
    {
        host = await DevHost.StartAsync(
            ["--port", "0", "--signalr-port", "0", "--data", ":memory:", "--Logging:LogLevel:Default=None"], TextWriter.Null, CancellationToken.None);
        Cli = new CommandLine { Url = Url };
        var port = FreePort.Find();
        Webhook = NotesApp.WebhookAt(port);
        Registered = await Cli.DoneAsync("register", Package, "--webhook", Webhook, "--json");
        Secret = Registered.Json.GetProperty("webhookSecret").GetString()!;
        app = await NotesApp.StartAsync(Url, port, Registered.Json.GetProperty("apiKey").GetString()!, Secret);
    }

    public async Task DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        if (host is null) return;
        await host.StopAsync();
        await host.DisposeAsync();
    }

    /// <summary>Starts a session, and waits until its app is attached.</summary>
    public async Task RunSessionAsync(string session)
    {
        await Cli.DoneAsync("start", session, Package);
        await WaitForAsync(session, "RUNNING");
    }

    public Task WaitForAsync(string session, string state) => Eventually.HoldsAsync(
        $"{session} to be {state}", async () => (await Cli.RunAsync("show", session, Package, "--json")) is { Code: 0 } shown && shown.Json.GetProperty("state").GetString() == state, seconds: 30);
}

/// <summary>One host for all tests that ask one.</summary>
[CollectionDefinition(nameof(HostCollection))]
public sealed class HostCollection : ICollectionFixture<HostFixture>;
