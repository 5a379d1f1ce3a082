using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Local.SignalR;

/// <summary>
/// A client in the service's own process: no sockets, no threads, all time from the service. What it receives is handed to it after
/// the caller's turn, never in the middle of it, in the order it was sent. It can connect again after its connection has ended.
/// </summary>
public sealed class VirtualClient(SignalRServiceCore core)
{
    VirtualLink? link;
    int invocations;

    /// <summary>The service called a method: its name and arguments.</summary>
    public event Action<string, IReadOnlyList<JsonElement>>? Invoked;

    /// <summary>The connection has ended, whoever ended it. Not raised for a client that went silent.</summary>
    public event Action<VirtualClientClosed>? Closed;

    /// <summary>The id of the connection, also after its end; null before the first one.</summary>
    public string? ConnectionId => link?.ConnectionId;

    /// <summary>Whether the connection is up, as far as the client knows.</summary>
    public bool IsConnected => link is { IsUp: true };

    /// <summary>Connects; the app may still refuse the connection afterwards, which closes it.</summary>
    /// <param name="url">The client url that the app's negotiation gave.</param>
    /// <param name="accessToken">The access token that it gave.</param>
    /// <param name="cancellation">Stops before connecting.</param>
    /// <exception cref="ClientRefusedException">The service did not let the client in.</exception>
    public async Task ConnectAsync(string url, string accessToken, CancellationToken cancellation = default)
    {
        if (IsConnected)
        {
            throw new InvalidOperationException("The client is connected.");
        }
        await Task.Yield();
        cancellation.ThrowIfCancellationRequested();
        var identity = core.Authorize(new Uri(url), accessToken);
        link = new VirtualLink(this, core, core.Random.NextConnectionId());
        link.Open(identity);
    }

    /// <summary>Calls a hub method and returns its result, null when it has none.</summary>
    /// <exception cref="HubException">The call failed.</exception>
    /// <exception cref="IOException">The connection ended first.</exception>
    public Task<JsonElement?> InvokeAsync(string method, params object?[] arguments)
    {
        var id = (++invocations).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Up().InvokeAsync(method, id, arguments);
    }

    /// <summary>Calls a hub method without waiting for a result.</summary>
    public void Send(string method, params object?[] arguments) => Up().Send(method, arguments);

    /// <summary>Says goodbye: the app hears of a disconnect without an error.</summary>
    public void Close() => link?.EndByClient(null);

    /// <summary>Loses the socket; the service notices at once.</summary>
    public void Drop() => link?.EndByClient("The client's connection was lost.");

    /// <summary>Freezes like a machine that lost its power: the service notices after its client timeout.</summary>
    public void GoSilent() => link?.GoSilent();

    internal void OnInvoked(string method, IReadOnlyList<JsonElement> arguments) => Invoked?.Invoke(method, arguments);

    internal void OnClosed(VirtualClientClosed closed) => Closed?.Invoke(closed);

    VirtualLink Up() => link is { IsUp: true } up ? up : throw new InvalidOperationException("The client is not connected.");
}
