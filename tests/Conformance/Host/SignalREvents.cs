using System.Text.Json;
using Lifecycle.Conformance.Rpc;
using Lifecycle.Local.SignalR;
using Microsoft.AspNetCore.WebUtilities;

namespace Lifecycle.Conformance.Host;

/// <summary>Calls the worker's functions for the events of the emulated SignalR service, as the SignalR extension of the Functions host does.</summary>
sealed class SignalREvents(FunctionTable functions, WorkerFunctions worker, string accessKey) : IUpstream
{
    /// <inheritdoc/>
    public bool Takes(string hub) => functions.HasHub(hub);

    /// <inheritdoc/>
    public async Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var (hub, category, @event) = (Header(request, "Hub")!, Header(request, "Category")!, Header(request, "Event")!);
        if (functions.SignalR(hub, category, @event) is not { } function)
        {
            return Status(404);
        }

        if (!UpstreamSignature.Verify(Header(request, "Signature"), accessKey, Header(request, "Connection-Id")!))
        {
            return Status(401);
        }

        var message = UpstreamMessage.Read(request.ContentType, request.Body);
        if (function.Settings("parameterNames") is { Length: > 0 } names && names.Length != message.Arguments.Count)
        {
            return message.InvocationId is null ? Status(200) : Completion(request, message, null, $"Exception binding parameter '{function.TriggerName}'");
        }

        try
        {
            var result = await worker.InvokeAsync(function, new TypedData { Json = ContextOf(request, category, message) });
            return message.InvocationId is null ? Status(200) : Completion(request, message, ResultOf(result), null);
        }
        catch (FunctionFailedException e)
        {
            return message.InvocationId is not null ? Completion(request, message, null, e.Message) : Status(@event == "connected" ? 403 : 200);
        }
    }

    // As the extension's context is serialized.
    static string ContextOf(UpstreamRequest request, string category, UpstreamMessage message) => JsonSerializer.Serialize(new
    {
        Arguments = category == "messages" ? message.Arguments : null,
        message.Error,
        Category = category,
        Event = Header(request, "Event"),
        Hub = Header(request, "Hub"),
        ConnectionId = Header(request, "Connection-Id"),
        UserId = Header(request, "User-Id"),
        request.Headers,
        Query = QueryHelpers.ParseQuery(Header(request, "Client-Query")).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
        Claims = ClaimsOf(Header(request, "User-Claims")),
    });

    static Dictionary<string, string> ClaimsOf(string? header) => (header ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(item => item.Split(": ", StringSplitOptions.RemoveEmptyEntries))
        .Where(parts => parts.Length == 2)
        .DistinctBy(parts => parts[0].Trim())
        .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());

    static JsonElement? ResultOf(TypedData? result) => result?.DataCase switch
    {
        TypedData.DataOneofCase.Json => JsonSerializer.Deserialize<JsonElement>(result.Json),
        TypedData.DataOneofCase.String => JsonSerializer.SerializeToElement(result.String),
        _ => null,
    };

    static UpstreamResponse Completion(UpstreamRequest request, UpstreamMessage message, JsonElement? result, string? error) =>
        new(200, request.ContentType, UpstreamMessage.WriteCompletion(request.ContentType, message.InvocationId!, result, error));

    static UpstreamResponse Status(int status) => new(status, null, ReadOnlyMemory<byte>.Empty);

    static string? Header(UpstreamRequest request, string name) => request.Headers.GetValueOrDefault("X-ASRS-" + name);
}
