using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Relay;

/// <summary>Takes answers to relayed webhooks, at whichever instance they come in: to who waits here, or by the roster to who waits elsewhere.</summary>
public sealed class RelayAnswers
{
    readonly RelayTickets tickets;
    readonly RelayDesk desk;
    readonly LifecycleMetrics metrics;

    internal RelayAnswers(RelayTickets tickets, RelayDesk desk, LifecycleMetrics metrics) => (this.tickets, this.desk, this.metrics) = (tickets, desk, metrics);

    /// <summary>One answer.</summary>
    /// <exception cref="InputException">It is malformed, its ticket is not good over this connection, or nobody waits for it any more.</exception>
    public async Task TakeAsync(DurableTaskClient client, SignalRInvocationContext context)
    {
        var package = RelayUser.PackageOf(context);
        var (tryId, reply) = Read(context, package);
        switch (desk.Answer(tryId, reply))
        {
            case DeskVerdict.Taken:
                metrics.RelayAnswered("taken");
                break;
            case DeskVerdict.Repeated:
                metrics.RelayAnswered("repeated"); // the first one counts; whoever repeats it need not know
                break;
            case DeskVerdict.TooLate:
                throw Refuse("late", TicketVerdict.TooLate.Refusal!);
            default:
                await client.TellRosterAsync(package, new WebhookReplied(tryId, reply));
                metrics.RelayAnswered("passed_on");
                break;
        }
    }

    (string Try, RelayReply Reply) Read(SignalRInvocationContext context, string package)
    {
        string ticket;
        RelayReply reply;
        try
        {
            (ticket, reply) = RelayArguments.ReadAnswer(context);
        }
        catch (InputException)
        {
            metrics.RelayAnswered("refused");
            throw;
        }

        var verdict = tickets.Check(ticket, package, context.ConnectionId);
        return verdict.Try is { } tryId ? (tryId, reply) : throw Refuse(verdict == TicketVerdict.TooLate ? "late" : "refused", verdict.Refusal!);
    }

    InputException Refuse(string outcome, string code)
    {
        metrics.RelayAnswered(outcome);
        return InputException.Conflict(code, code == TicketVerdict.TooLate.Refusal
            ? "Nobody waits for this answer any more."
            : "The ticket is not of a webhook that was put to this connection.");
    }
}
