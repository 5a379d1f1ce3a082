using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Local.SignalR;

/// <summary>One connection of a virtual client: both ends of a transport that is only a queue.</summary>
sealed class VirtualLink(VirtualClient client, SignalRServiceCore core, string connectionId) : IClientSink
{
    readonly Lock gate = new();
    readonly Queue<Action> inbox = new();
    readonly Dictionary<string, TaskCompletionSource<JsonElement?>> calls = [];
    ClientSession? session;
    bool draining;
    bool ended;

    public string ConnectionId => connectionId;

    public HubProtocolKind Protocol => HubProtocolKind.Json;

    public bool IsUp
    {
        get
        {
            lock (gate)
            {
                return !ended;
            }
        }
    }

    public void Open(ClientIdentity identity)
    {
        session = core.Create(connectionId, identity, this);
        session.Start();
    }

    public Task<JsonElement?> InvokeAsync(string method, string id, object?[] arguments)
    {
        var call = new TaskCompletionSource<JsonElement?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            calls.Add(id, call);
        }
        session!.Receive(new(method, id, HubFrames.JsonClientInvocation(method, id, arguments)));
        return call.Task;
    }

    public void Send(string method, object?[] arguments)
        => session!.Receive(new(method, null, HubFrames.JsonClientInvocation(method, null, arguments)));

    public void EndByClient(string? error)
    {
        if (TryEnd())
        {
            session?.End(error);
            Post(() => OnEnded(new(null, error is not null, false)));
        }
    }

    public void GoSilent()
    {
        if (TryEnd())
        {
            _ = TimeOutAsync();
        }
    }

    void IClientSink.Send(HubInvocation invocation) => PostWhileUp(() => client.OnInvoked(invocation.Method, invocation.Arguments));

    void IClientSink.SendFrame(ReadOnlyMemory<byte> frame) => PostWhileUp(() => Complete(frame));

    void IClientSink.Close(string? error, bool allowReconnect) => EndByService(new(error, allowReconnect, true));

    void IClientSink.Abort() => EndByService(new(null, true, false));

    void EndByService(VirtualClientClosed closed)
    {
        if (TryEnd())
        {
            Post(() => OnEnded(closed));
        }
    }

    async Task TimeOutAsync()
    {
        await Task.Delay(core.Options.ClientTimeout, core.TimeProvider);
        session?.End("The client has been silent for too long.");
    }

    void Complete(ReadOnlyMemory<byte> frame)
    {
        using var document = JsonDocument.Parse(frame[..^1]);
        var message = document.RootElement;
        TaskCompletionSource<JsonElement?>? call;
        lock (gate)
        {
            if (!calls.Remove(message.GetProperty("invocationId").GetString() ?? "", out call))
            {
                return;
            }
        }
        if (message.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
        {
            call.SetException(new HubException(error.GetString()));
        }
        else
        {
            call.SetResult(message.TryGetProperty("result", out var result) ? result.Clone() : null);
        }
    }

    void OnEnded(VirtualClientClosed closed)
    {
        List<TaskCompletionSource<JsonElement?>> open;
        lock (gate)
        {
            open = [.. calls.Values];
            calls.Clear();
        }
        open.ForEach(call => call.SetException(new IOException("The connection ended before the call was answered.")));
        client.OnClosed(closed);
    }

    bool TryEnd()
    {
        lock (gate)
        {
            return !ended && (ended = true);
        }
    }

    // What was on its way when the connection ended is lost with it, unless it was posted before.
    void PostWhileUp(Action deliver)
    {
        if (IsUp)
        {
            Post(deliver);
        }
    }

    void Post(Action deliver)
    {
        lock (gate)
        {
            inbox.Enqueue(deliver);
            if (draining)
            {
                return;
            }
            draining = true;
        }
        _ = DrainAsync();
    }

    // A handler that throws must not stop what comes after it.
    void Run(Action deliver)
    {
        try
        {
            deliver();
        }
        catch (Exception e)
        {
            ServiceLog.ClientHandlerThrew(core.Logger, e, connectionId);
        }
    }

    async Task DrainAsync()
    {
        await Task.Yield();
        while (true)
        {
            Action? next;
            lock (gate)
            {
                if (!inbox.TryDequeue(out next))
                {
                    draining = false;
                    return;
                }
            }
            Run(next);
        }
    }
}
