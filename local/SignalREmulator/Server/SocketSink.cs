using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Lifecycle.Local.SignalR;

/// <summary>
/// The way to a client over a real transport. Writers never wait: what a slow client does not take is queued, and a client
/// that lets too much pile up is cut off.
/// </summary>
sealed class SocketSink(ConnectionContext connection, HubProtocolKind protocol, TimeProvider time) : IClientSink
{
    const int MaxBacklogBytes = 4 * 1024 * 1024;

    readonly Lock gate = new();
    Queue<ReadOnlyMemory<byte>>? backlog;
    int backlogBytes;
    bool flushing;
    bool ended;
    long lastSent = time.GetTimestamp();
    long lastReceived = time.GetTimestamp();

    public HubProtocolKind Protocol => protocol;

    public TimeSpan SinceSent => time.GetElapsedTime(Volatile.Read(ref lastSent));

    public TimeSpan SinceReceived => time.GetElapsedTime(Volatile.Read(ref lastReceived));

    public void Send(HubInvocation invocation)
        => SendFrame(protocol == HubProtocolKind.Json ? invocation.JsonFrame : invocation.MessagePackFrame);

    public void SendPing() => SendFrame(protocol == HubProtocolKind.Json ? HubFrames.JsonPing : HubFrames.MessagePackPing);

    public void SendFrame(ReadOnlyMemory<byte> frame)
    {
        var overflow = false;
        lock (gate)
        {
            if (ended)
            {
                return;
            }
            Volatile.Write(ref lastSent, time.GetTimestamp());
            if (!flushing)
            {
                Write(frame);
                return;
            }
            backlogBytes += frame.Length;
            overflow = backlogBytes > MaxBacklogBytes;
            (backlog ??= new()).Enqueue(frame);
        }
        if (overflow)
        {
            Abort();
        }
    }

    /// <summary>Sends a close message; the reading side then ends the transport.</summary>
    public void Close(string? error, bool allowReconnect)
    {
        SendFrame(protocol == HubProtocolKind.Json ? HubFrames.JsonClose(error, allowReconnect) : HubFrames.MessagePackClose(error, allowReconnect));
        Stop();
        connection.Transport.Input.CancelPendingRead();
    }

    public void Abort()
    {
        Stop();
        connection.Abort();
        connection.Transport.Input.CancelPendingRead();
    }

    /// <summary>Nothing is written after this.</summary>
    public void Stop()
    {
        lock (gate)
        {
            ended = true;
        }
    }

    public void Received() => Volatile.Write(ref lastReceived, time.GetTimestamp());

    // Called under the gate.
    void Write(ReadOnlyMemory<byte> frame)
    {
        try
        {
            var output = connection.Transport.Output;
            output.Write(frame.Span);
            var flush = output.FlushAsync();
            if (flush.IsCompletedSuccessfully)
            {
                ended |= flush.Result.IsCompleted;
                return;
            }
            flushing = true;
            _ = FinishAsync(flush);
        }
        catch (InvalidOperationException)
        {
            // The transport completed its pipe a moment ago; its reading side reports why.
            ended = true;
        }
    }

    async Task FinishAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            while (!(await flush).IsCompleted)
            {
                lock (gate)
                {
                    if (backlog is null || !backlog.TryDequeue(out var next))
                    {
                        flushing = false;
                        return;
                    }
                    backlogBytes -= next.Length;
                    connection.Transport.Output.Write(next.Span);
                    flush = connection.Transport.Output.FlushAsync();
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The transport is gone; its reading side reports why.
            Stop();
        }
    }
}
