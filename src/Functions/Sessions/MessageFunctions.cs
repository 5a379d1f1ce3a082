using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Hub;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions;

/// <summary>Messages from the platform to an app: <c>POST …/messages</c>.</summary>
public sealed class MessageFunctions(Receipts receipts, TimeProvider time)
{
    static readonly TimeSpan askAgain = TimeSpan.FromSeconds(1);

    /// <summary>Posts one message. Answers what became of it: sent, buffered or refused; for who waits, handled or failed.</summary>
    [Function("PostMessage")]
    [Api("Posts a message to an app.", Body = typeof(MessageBody))]
    [Answers(StatusCodes.Status200OK, "It was sent; for who waits, it was handled, or its handler failed.", typeof(MessageAnswer))]
    [Answers(StatusCodes.Status202Accepted, "It is kept until the app reconnects.", typeof(MessageAnswer))]
    [Answers(StatusCodes.Status404NotFound, "There is no such app session, or its app is not registered.")]
    [Answers(StatusCodes.Status409Conflict, "It was not taken: nobody is there to wait for (not_attached), there is no room (buffer_full), it can never be sent (undeliverable), or the app has not moved here from another installation yet (not_here_yet).")]
    [Answers(StatusCodes.Status503ServiceUnavailable, "What became of it is not known yet; post it again with the same id.")]
    public async Task<IActionResult> Post(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "sessions/{sessionId}/apps/{packageName}/messages")] HttpRequest request,
        string sessionId,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var id = Requests.ReadId(sessionId, packageName);
        var body = await Requests.ReadBodyAsync<MessageBody>(request, cancellation);
        var posted = body.Validated();
        RequireHere(await SessionCommands.RequireAsync(client, id));
        await client.TellAsync(id, nameof(AppSessionEntity.Post), posted, cancellation);
        var receipt = await receipts.WaitForAsync(client, id, posted.MessageId, cancellation)
            ?? throw InputException.NotNow(
                "outcome_unknown", "The message was taken, and what became of it is not known yet. Post it again with the same id to learn it.", askAgain);
        return AnswerOf(body.Patience is { } most ? await receipts.WaitUntilHandledAsync(client, id, receipt, most, cancellation) : receipt);
    }

    // Its app is attached at the other place, or comes back there, and numbers are given there.
    void RequireHere(AppSession session)
    {
        if (Rules.IsElsewhere(session, time.GetUtcNow()))
        {
            throw InputException.Conflict(Reasons.NotHereYet, "The app has not moved here yet: post the message to the installation that the session was carried over from.", session.State);
        }
    }

    static JsonAnswer AnswerOf(MessageReceipt receipt) => receipt.Outcome switch
    {
        MessageOutcome.Sent => new JsonAnswer(StatusCodes.Status200OK, new MessageAnswer("sent", receipt.Seq, receipt.State)),
        MessageOutcome.Handled => new JsonAnswer(StatusCodes.Status200OK, new MessageAnswer("handled", receipt.Seq, receipt.State)),
        MessageOutcome.Failed => new JsonAnswer(StatusCodes.Status200OK, new MessageAnswer("failed", receipt.Seq, receipt.State)),
        MessageOutcome.Buffered => new JsonAnswer(StatusCodes.Status202Accepted, new MessageAnswer("buffered", receipt.Seq, receipt.State)),
        _ => throw InputException.Conflict(
            receipt.Reason ?? Reasons.NotAttached, $"The message was not taken: the app session is {receipt.State.WireName()}.", receipt.State),
    };
}

/// <summary>The body of a message.</summary>
sealed record MessageBody
{
    const int MadeIdBytes = 12;

    /// <summary>For how long a caller may wait until its message is handled, in milliseconds: shorter than its receipt is remembered.</summary>
    public const int MostWaitMs = 25_000;

    public JsonElement? Body { get; init; }

    public string? Id { get; init; }

    /// <summary>How long to wait until it is handled, in milliseconds; absent or 0 for not at all.</summary>
    public int? WaitMs { get; init; }

    /// <summary>The same; null for not at all.</summary>
    [JsonIgnore]
    public TimeSpan? Patience => WaitMs is > 0 and var ms ? TimeSpan.FromMilliseconds(ms) : null;

    /// <exception cref="InputException">The body is missing, or the id is not an identifier.</exception>
    public MessagePosted Validated()
    {
        var errors = new Dictionary<string, string>();
        if (Body is null)
        {
            errors["body"] = "is required; any JSON but null";
        }
        else if (!WirePayload.Takes(Body.Value))
        {
            errors["body"] = "has a number that is larger than any that readers of JSON hold (1.8e308)";
        }

        if (Id is not null && !Identifiers.IsValid(Id))
        {
            errors["id"] = $"must be {Identifiers.Rule}";
        }

        if (WaitMs is < 0 or > MostWaitMs)
        {
            errors["waitMs"] = $"must be from 0 to {MostWaitMs}";
        }

        return errors.Count == 0
            ? new MessagePosted(Id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(MadeIdBytes)), Body!.Value.GetRawText()) { IsAwaited = Patience is not null }
            : throw InputException.Invalid("invalid_message", errors);
    }
}
