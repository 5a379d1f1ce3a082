namespace Lifecycle.Sdk.Tests.Support;

/// <summary>An app server against the fake, with what its sessions tell of.</summary>
public abstract class FakeWorld : IAsyncLifetime
{
    private protected Inbox<string> Messages { get; } = new("message");
    private protected Inbox<SessionAck> Reconnects { get; } = new("reconnect");
    private protected Inbox<RefusedAttempt> Refusals { get; } = new("refused attempt");
    private protected FakeLifecycle Lifecycle { get; private set; } = null!;
    private protected AppServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Lifecycle = await FakeLifecycle.StartAsync();
        Server = Lifecycle.MakeAppServer(Configure);
        Server.ConfigureSessions(session =>
        {
            session.OnMessage(message => Messages.Add($"{message.Seq} {message.Body}"));
            session.OnReconnected(Reconnects.Add);
            session.OnRefused(Refusals.Add);
        });
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Lifecycle.DisposeAsync();
    }

    private protected virtual void Configure(AppServerOptions options)
    {
    }

    /// <summary>An attached session and its connection, with what led to it out of the way.</summary>
    private protected async Task<(AttachedSession Session, FakeLifecycle.FakeConnection Connection)> AttachAsync(AttachOptions? options = null)
    {
        var session = await Server.AttachAsync("s1", options);
        await Lifecycle.Negotiations.NextAsync();
        return (session, await Lifecycle.Connections.NextAsync());
    }
}
