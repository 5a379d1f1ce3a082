using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.SignalREmulator.Tests.Support;

/// <summary>A listening service on a free port, with an app behind it.</summary>
sealed class Emulator : IAsyncDisposable
{
    readonly SignalREmulatorServer server;

    Emulator(TestService service, SignalREmulatorServer server)
    {
        Service = service;
        this.server = server;
    }

    public TestService Service { get; }

    public SignalRServiceCore Core => Service.Core;

    public RecordingUpstream Upstream => Service.Upstream;

    public Uri Address => server.ConnectionString.Endpoint;

    public ServiceConnectionString ConnectionString => server.ConnectionString;

    public static async Task<Emulator> StartAsync(Func<SignalRServiceOptions, SignalRServiceOptions>? change = null)
    {
        var service = new TestService(change: change);
        return new(service, await SignalREmulatorServer.StartAsync(service.Core, 0));
    }

    /// <summary>A real client that asks for a new token each time it connects.</summary>
    public HubConnection Client(
        string? user, HttpTransportType transport = HttpTransportType.WebSockets, bool messagePack = false, bool reconnect = false,
        Func<string?>? token = null)
    {
        var builder = new HubConnectionBuilder().WithUrl(Service.Url, options =>
        {
            options.Transports = transport;
            options.AccessTokenProvider = () => Task.FromResult(token is null ? Service.Token(user) : token());
        });
        if (messagePack)
        {
            builder.AddMessagePackProtocol();
        }
        if (reconnect)
        {
            builder.WithAutomaticReconnect([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(20), 200)]);
        }
        return builder.Build();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
