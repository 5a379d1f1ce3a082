using System.Text.Json;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Lifecycle.Local.SignalR;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>Answers upstream requests with the statuses of the official extension.</summary>
sealed class SignalRInvoker(
    FunctionCatalog catalog,
    FunctionInvoker invoker,
    SignalRKeys keys,
    IOptions<JsonSerializerOptions> json,
    ILogger<SignalRInvoker> logger) : ISignalRInvoker
{
    public async Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var headers = new UpstreamHeaders(request);
        var type = request.ContentType.Split(';')[0].Trim();
        if (type is not (UpstreamMessage.JsonType or UpstreamMessage.MessagePackType))
            return Status(415);
        if (headers is not { ConnectionId: { } connection, Hub: { } hub, Category: { } category, Event: { } @event })
            return Status(400);
        if (catalog.Hubs.Find(hub, category, @event) is not { } entry)
            return Status(404);
        if (!UpstreamSignature.Verify(headers.Signature, keys.Of(SignalRTable.SettingOf(entry)), connection))
            return Status(401);
        return await AnswerAsync(entry, headers, cancellation);
    }

    async Task<UpstreamResponse> AnswerAsync(FunctionEntry entry, UpstreamHeaders headers, CancellationToken cancellation)
    {
        UpstreamMessage? message = null;
        try
        {
            message = UpstreamMessage.Read(headers.Request.ContentType, headers.Request.Body);
            Check(entry, headers, message);
            var result = await invoker.InvokeAsync(entry, new SignalRTriggerValue(headers, message), cancellation);
            return message.InvocationId is { } id
                ? Completion(headers, id, result is null ? null : JsonSerializer.SerializeToElement(result, result.GetType(), json.Value), null)
                : Status(200);
        }
        catch (Exception e)
        {
            SignalRLog.Failed(logger, e, entry.Name, headers.ConnectionId);
            if (message?.InvocationId is { } id)
                return Completion(headers, id, null, AsOfficiallyTold(e));
            return Status(string.Equals(headers.Event, "connected", StringComparison.OrdinalIgnoreCase) && IsConnection(headers) ? 403 : 500);
        }
    }

    // What a function throws comes from the worker with its stack, which the extension passes on to the client; so an app must not let it come so far.
    static string AsOfficiallyTold(Exception e) => e is BindingException ? e.Message : $"Result: Failure\nException: {e.Message}\nStack: {e.StackTrace}";

    static void Check(FunctionEntry entry, UpstreamHeaders headers, UpstreamMessage message)
    {
        var trigger = (SignalRTriggerAttribute)entry.Trigger;
        if (IsConnection(headers))
            return;
        if (!string.Equals(message.Target, headers.Event, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"The message's target '{message.Target}' is not the event '{headers.Event}'.");
        if (trigger.ParameterNames.Length > 0 && trigger.ParameterNames.Length != message.Arguments.Count)
            throw new BindingException(entry.TriggerParameter.Name, new FunctionInputConverterException(
                $"The function accepts {trigger.ParameterNames.Length} arguments but message provides {message.Arguments.Count}."));
    }

    static bool IsConnection(UpstreamHeaders headers) => string.Equals(headers.Category, "connections", StringComparison.OrdinalIgnoreCase);

    static UpstreamResponse Status(int status) => new(status, null, ReadOnlyMemory<byte>.Empty);

    static UpstreamResponse Completion(UpstreamHeaders headers, string id, JsonElement? result, string? error)
    {
        var type = headers.Request.ContentType;
        return new(200, type, UpstreamMessage.WriteCompletion(type, id, result, error));
    }

    sealed class BindingException(string? parameter, Exception cause) : Exception($"Exception binding parameter '{parameter}'", cause);
}
