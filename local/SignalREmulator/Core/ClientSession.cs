namespace Lifecycle.Local.SignalR;

/// <summary>One connection of a client: what is sent to it, and what the app is told about it, in order.</summary>
public sealed class ClientSession
{
    readonly Queue<UpstreamEvent> events = new();
    readonly ServiceHub hub;
    readonly SignalRServiceCore core;
    readonly UpstreamDelivery delivery;
    bool delivering;
    bool last;
    bool refused;
    int ended;

    internal ClientSession(
        string connectionId, ClientIdentity identity, IClientSink sink, ServiceHub hub, SignalRServiceCore core, UpstreamDelivery delivery)
    {
        ConnectionId = connectionId;
        Identity = identity;
        Sink = sink;
        this.hub = hub;
        this.core = core;
        this.delivery = delivery;
    }

    /// <summary>The connection's id.</summary>
    public string ConnectionId { get; }

    /// <summary>Who the client is.</summary>
    public ClientIdentity Identity { get; }

    internal IClientSink Sink { get; }

    /// <summary>The groups that the connection is in, by itself or by its user; guarded by the hub.</summary>
    internal HashSet<string>? Groups { get; set; }

    internal string AccessKey => core.Options.AccessKey;

    /// <summary>Passes a call of a hub method on to the app, after what came before it.</summary>
    public void Receive(ClientInvocation invocation) => Enqueue(UpstreamEvent.Message(this, invocation));

    /// <summary>The transport has ended: nobody can send to the client any more, and the app is told once.</summary>
    /// <param name="error">Null when the client said goodbye.</param>
    public void End(string? error) => TryEnd(error);

    /// <summary>Closes the connection with a close message.</summary>
    public void Close(string? reason, bool allowReconnect)
    {
        if (TryEnd(reason))
        {
            Sink.Close(reason, allowReconnect);
        }
    }

    /// <summary>Cuts the connection without a word.</summary>
    public void Drop()
    {
        if (TryEnd("The connection was lost."))
        {
            Sink.Abort();
        }
    }

    internal void Start()
    {
        hub.Add(this);
        Enqueue(UpstreamEvent.Connected(this));
    }

    /// <summary>The app's answer to an event; null when the event got lost on its way.</summary>
    internal void OnAnswer(UpstreamEvent @event, UpstreamResponse? response)
    {
        var success = response is null or { StatusCode: >= 200 and < 300 };
        if (@event.Kind == UpstreamEventKind.Connected && !success)
        {
            refused = true;
            Close($"The app refused the connection with status {response!.StatusCode}.", allowReconnect: false);
        }
        else if (@event.InvocationId is { } id)
        {
            Sink.SendFrame(Completion(id, response));
        }
    }

    bool TryEnd(string? error)
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return false;
        }
        hub.Remove(this);
        Enqueue(UpstreamEvent.Disconnected(this, error));
        return true;
    }

    // One event at a time: an answer is awaited before the next event goes out, so the app sees them in order.
    void Enqueue(UpstreamEvent @event)
    {
        lock (events)
        {
            if (last)
            {
                // The transport may still hand over what it had read when the connection ended.
                return;
            }
            last = @event.Kind == UpstreamEventKind.Disconnected;
            events.Enqueue(@event);
            if (delivering)
            {
                return;
            }
            delivering = true;
        }
        _ = DeliverAsync();
    }

    async Task DeliverAsync()
    {
        while (true)
        {
            UpstreamEvent? next;
            lock (events)
            {
                if (!events.TryDequeue(out next))
                {
                    delivering = false;
                    return;
                }
            }
            // The app never had a refused client, so it hears no more of it.
            if (!refused)
            {
                await delivery.DeliverAsync(next);
            }
        }
    }

    ReadOnlyMemory<byte> Completion(string invocationId, UpstreamResponse? response) => response switch
    {
        null => WriteCompletion(invocationId, "Invocation failed, the event was lost."),
        { StatusCode: 204 } or { StatusCode: 200, Body.Length: 0 } => WriteCompletion(invocationId, null),
        { StatusCode: 200 } => Sink.Protocol == HubProtocolKind.Json ? Terminated(response.Body) : response.Body,
        _ => WriteCompletion(invocationId, $"Invocation failed, status code {response.StatusCode}")
    };

    byte[] WriteCompletion(string invocationId, string? error) => Sink.Protocol == HubProtocolKind.Json
        ? HubFrames.JsonCompletion(invocationId, null, error)
        : HubFrames.MessagePackCompletion(invocationId, null, error);

    static ReadOnlyMemory<byte> Terminated(ReadOnlyMemory<byte> body)
        => body.Span[^1] == HubFrames.RecordSeparator ? body : (byte[])[.. body.Span, HubFrames.RecordSeparator];
}
