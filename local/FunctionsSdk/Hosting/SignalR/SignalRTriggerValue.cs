using System.Text.Json;
using Lifecycle.Local.SignalR;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Primitives;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>What a SignalR trigger delivers to binding: the upstream request and its message.</summary>
sealed class SignalRTriggerValue(UpstreamHeaders headers, UpstreamMessage message)
{
    /// <summary>An argument as binding data: strings as they are, null as none, everything else as JSON.</summary>
    public string? ArgumentText(int at) => message.Arguments[at] switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Null } => null,
        var other => other.GetRawText(),
    };

    public SignalRInvocationContext ToInvocationContext()
    {
        var messages = string.Equals(headers.Category, "messages", StringComparison.OrdinalIgnoreCase);
        return new()
        {
            ConnectionId = headers.ConnectionId!,
            UserId = headers.UserId!,
            Hub = headers.Hub!,
            Event = headers.Event!,
            Category = messages ? SignalRInvocationCategory.Messages : SignalRInvocationCategory.Connections,
            Arguments = messages ? [.. message.Arguments.Select(a => a.ValueKind == JsonValueKind.Null ? null! : (object)a)] : null,
            Error = message.Error,
            Headers = headers.Request.Headers.ToDictionary(h => h.Key, h => (StringValues)h.Value, StringComparer.OrdinalIgnoreCase),
            Query = QueryHelpers.ParseQuery(headers.ClientQuery),
            Claims = Claims(headers.UserClaims),
        };
    }

    // "type: value, type: value"; as the official extension reads it, an item that does not split in two is dropped and the
    // first of two equal types wins.
    static Dictionary<string, StringValues> Claims(string? header)
    {
        var claims = new Dictionary<string, StringValues>();
        foreach (var item in (header ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            if (item.Split(": ", StringSplitOptions.RemoveEmptyEntries) is [var type, var value])
                claims.TryAdd(type.Trim(), value.Trim());
        return claims;
    }
}
