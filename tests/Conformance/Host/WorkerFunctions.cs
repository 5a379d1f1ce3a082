using System.Text.Json;
using Lifecycle.Conformance.Rpc;

namespace Lifecycle.Conformance.Host;

/// <summary>Runs functions in the worker.</summary>
/// <param name="channel">The way to it.</param>
/// <param name="taskHub">Where the durable client finds the task hub.</param>
sealed class WorkerFunctions(WorkerChannel channel, Uri taskHub)
{
    // What the Durable extension hands to [DurableClient] parameters.
    readonly string client = JsonSerializer.Serialize(new
    {
        taskHubName = "Lifecycle",
        connectionName = "",
        rpcBaseUrl = taskHub.AbsoluteUri,
        requiredQueryStringParameters = "",
        httpBaseUrl = "http://localhost/runtime/webhooks/durabletask",
        maxGrpcMessageSizeInBytes = int.MaxValue,
        grpcHttpClientTimeout = JsonSerializer.Serialize(TimeSpan.FromSeconds(100)),
    });

    /// <summary>Runs a function and gives what it returned.</summary>
    /// <exception cref="FunctionFailedException">It threw.</exception>
    public Task<TypedData?> InvokeAsync(LoadedFunction function, TypedData trigger) => InvokeAsync(function, trigger, [], Guid.NewGuid().ToString());

    /// <summary>Runs a function with what else is known of the trigger, under an invocation id that something else carries as well.</summary>
    /// <exception cref="FunctionFailedException">It threw.</exception>
    public async Task<TypedData?> InvokeAsync(
        LoadedFunction function, TypedData trigger, IEnumerable<KeyValuePair<string, string>> metadata, string invocationId)
    {
        var request = new InvocationRequest { InvocationId = invocationId, FunctionId = function.Id, TraceContext = new RpcTraceContext() };
        request.InputData.Add(new ParameterBinding { Name = function.TriggerName, Data = trigger });
        if (function.ClientName is { } name)
        {
            request.InputData.Add(new ParameterBinding { Name = name, Data = new TypedData { String = client } });
        }

        foreach (var (key, value) in metadata)
        {
            request.TriggerMetadata[key] = new TypedData { String = value };
        }

        var answer = (await channel.AskAsync(new StreamingMessage { InvocationRequest = request })).InvocationResponse;
        return answer.Result.Status == StatusResult.Types.Status.Success
            ? answer.ReturnValue
            : throw new FunctionFailedException(function.Name, answer.Result.Exception);
    }
}
