using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Lifecycle.Conformance.Rpc;

namespace Lifecycle.Conformance.Host;

/// <summary>The host's end of the stream that the worker opens: requests out, answers and logs in.</summary>
sealed class WorkerChannel : FunctionRpc.FunctionRpcBase
{
    readonly Channel<StreamingMessage> outbox = Channel.CreateUnbounded<StreamingMessage>();
    readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> open = new();
    readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long requests;

    /// <summary>Completes when the worker has said that it is there.</summary>
    public Task Started => started.Task;

    /// <summary>What the worker logged, in the order in which it came.</summary>
    public ConcurrentQueue<RpcLog> Logs { get; } = new();

    /// <summary>Sends a request and gives the worker's answer to it.</summary>
    /// <exception cref="IOException">The worker went away first.</exception>
    public Task<StreamingMessage> AskAsync(StreamingMessage request)
    {
        request.RequestId = $"r{Interlocked.Increment(ref requests)}";
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        open[request.RequestId] = answer;
        if (!outbox.Writer.TryWrite(request))
        {
            Break(answer);
        }

        return answer.Task;
    }

    /// <summary>Tells the worker to end.</summary>
    public void Terminate() => outbox.Writer.TryWrite(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    /// <summary>The worker has ended: nothing is answered any more.</summary>
    public void Close()
    {
        outbox.Writer.TryComplete();
        foreach (var answer in open.Values)
        {
            Break(answer);
        }
    }

    /// <inheritdoc/>
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        var sending = SendAsync(responseStream, context.CancellationToken);
        try
        {
            await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
            {
                Take(message);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A worker that ends does not close its stream.
        }

        Close();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task SendAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellation)
    {
        await foreach (var message in outbox.Reader.ReadAllAsync(cancellation))
        {
            await stream.WriteAsync(message, cancellation);
        }
    }

    void Take(StreamingMessage message)
    {
        if (message.ContentCase == StreamingMessage.ContentOneofCase.StartStream)
        {
            started.TrySetResult();
        }
        else if (message.ContentCase == StreamingMessage.ContentOneofCase.RpcLog)
        {
            Logs.Enqueue(message.RpcLog);
        }
        else if (open.TryRemove(message.RequestId, out var answer))
        {
            answer.TrySetResult(message);
        }
    }

    static void Break(TaskCompletionSource<StreamingMessage> answer) => answer.TrySetException(new IOException("The worker went away."));
}
