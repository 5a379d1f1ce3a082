using Lifecycle.Functions.Hub;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Canary;

/// <summary>Does what an app server does, with the client library that it would use: negotiates, opens a WebSocket, shakes hands, and closes.</summary>
/// <param name="hubs">Makes the hub, anew for each look: one that is made before the service's context is there never finds it.</param>
/// <param name="limit">How long a look may take in all.</param>
/// <param name="time">The time of limit and log.</param>
/// <param name="logger">Is told when it begins to fail and when it works again, and of no look in between.</param>
public sealed partial class SignalRCanary(Func<Canary> hubs, TimeSpan limit, TimeProvider time, ILogger<SignalRCanary> logger) : ICanary
{
    /// <summary>How long a look may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    static readonly TimeSpan closing = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    long? failingSince;

    /// <inheritdoc/>
    public async Task<bool> OpensAsync(CancellationToken cancellation)
    {
        try
        {
            await CallLimit.RunAsync(OpenAsync, limit, time, cancellation);
            NoteOpen();
            return true;
        }
        catch (Exception e)
        {
            cancellation.ThrowIfCancellationRequested();
            NoteAway(e);
            return false;
        }
    }

    async Task<bool> OpenAsync(CancellationToken late)
    {
        var invitation = await hubs().InviteAsync().WaitAsync(late);
        var client = Client(invitation);
        try
        {
            await client.StartAsync(late).WaitAsync(late);
            return true;
        }
        finally
        {
            await CloseAsync(client, late);
        }
    }

    static HubConnection Client(SignalRConnectionInfo invitation) => new HubConnectionBuilder()
        .WithUrl(invitation.Url, options =>
        {
            // The only one that apps are served by: where nothing else gets through than polling, they cannot attach.
            options.Transports = HttpTransportType.WebSockets;
            options.AccessTokenProvider = () => Task.FromResult<string?>(invitation.AccessToken);
            options.CloseTimeout = closing;
        })
        .Build();

    // It was open, or it was not: how it closes says nothing. What is not closed in time ends by the library's own timeout.
    static async Task CloseAsync(HubConnection client, CancellationToken late) =>
        await client.DisposeAsync().AsTask().WaitAsync(late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    void NoteAway(Exception failure)
    {
        lock (gate)
        {
            if (failingSince is not null)
            {
                return;
            }

            failingSince = time.GetTimestamp();
        }

        // The text alone: what there is to know is the cause, and no token or key is in it.
        LogAway(failure is TimeoutException ? failure.Message : failure.GetBaseException().Message);
    }

    void NoteOpen()
    {
        TimeSpan away;
        lock (gate)
        {
            if (failingSince is not { } since)
            {
                return;
            }

            away = time.GetElapsedTime(since);
            failingSince = null;
        }

        LogOpen(away.TotalSeconds);
    }

    [LoggerMessage(3501, LogLevel.Warning, "No client can open a socket at the SignalR service ({Cause}); until one can, no app is taken for dead")]
    partial void LogAway(string cause);

    [LoggerMessage(3502, LogLevel.Information, "Clients can open sockets at the SignalR service again, after {Seconds:0} s")]
    partial void LogOpen(double seconds);
}
