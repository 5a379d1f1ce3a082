using System.Text.Json;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Hub;
using Lifecycle.Functions.Tokens;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Relay;

/// <summary>Reads and validates the arguments of the relay's hub methods.</summary>
static class RelayArguments
{
    const int MaxHeaders = 32;
    const int MaxHeader = 256;
    const string AnswerRule = "one object { \"ticket\": text, \"status\": number, \"headers\": object }, the last one optional";
    const string RetryAfterHeader = "retry-after";

    /// <summary>An answer and the ticket that is shown with it. Of the headers three are read; a process passes on what it was answered.</summary>
    /// <exception cref="InputException">It is malformed, or too large.</exception>
    public static (string Ticket, RelayReply Reply) ReadAnswer(SignalRInvocationContext context)
    {
        HubArguments.Expect(context, "answer");
        var answer = HubArguments.Argument(context, 0);
        if (answer.ValueKind != JsonValueKind.Object)
        {
            throw HubArguments.Invalid("answer", $"must be {AnswerRule}");
        }

        var headers = ReadHeaders(answer);
        return (ReadTicket(answer), new RelayReply(
            ReadStatus(answer),
            headers.GetValueOrDefault(RetryAfterHeader),
            headers.GetValueOrDefault(WebhookSender.HeldByHeader),
            headers.GetValueOrDefault(WebhookSender.LeavingHeader)));
    }

    /// <summary>None, or one object in which nothing is read: a later client may say more.</summary>
    public static void ReadWord(SignalRInvocationContext context) => HubArguments.ReadHandOver(context);

    static string ReadTicket(JsonElement answer)
    {
        if (!answer.TryGetProperty("ticket", out var ticket) || ticket.ValueKind != JsonValueKind.String || ticket.GetString() is not { Length: > 0 } text)
        {
            throw HubArguments.Invalid("ticket", "must be the text that came with the webhook");
        }

        return text.Length <= SignedText.MaxLength ? text : throw InputException.TooLarge($"ticket has {text.Length} characters; at most {SignedText.MaxLength} are allowed.");
    }

    static int ReadStatus(JsonElement answer) =>
        answer.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Number && status.TryGetInt32(out var number)
            && number is >= RelayReply.LeastStatus and <= RelayReply.GreatestStatus
            ? number
            : throw HubArguments.Invalid("status", $"must be a whole number from {RelayReply.LeastStatus} to {RelayReply.GreatestStatus}");

    static Dictionary<string, string> ReadHeaders(JsonElement answer)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!answer.TryGetProperty("headers", out var headers) || headers.ValueKind == JsonValueKind.Null)
        {
            return read;
        }

        if (headers.ValueKind != JsonValueKind.Object)
        {
            throw HubArguments.Invalid("headers", "must be an object of texts");
        }

        foreach (var header in headers.EnumerateObject())
        {
            if (read.Count >= MaxHeaders)
            {
                throw InputException.TooLarge($"headers has more than {MaxHeaders} members.");
            }

            read[header.Name] = ReadHeader(header);
        }

        return read;
    }

    static string ReadHeader(JsonProperty header)
    {
        if (header.Value.ValueKind != JsonValueKind.String)
        {
            throw HubArguments.Invalid("headers", "may only hold texts");
        }

        return header.Value.GetString() is { Length: <= MaxHeader } value
            ? value
            : throw InputException.TooLarge($"A header has more than {MaxHeader} characters.");
    }
}
