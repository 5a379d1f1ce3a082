using Lifecycle.Functions.Webhooks;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Relay;

public sealed partial class RelaySender
{
    /// <summary>One webhook on its way.</summary>
    sealed class Delivery : IAsyncDisposable
    {
        readonly RelaySender sender;
        readonly DurableTaskClient client;
        readonly WebhookRequest request;
        readonly SignedWebhook webhook;
        readonly CancellationToken late;
        readonly RelayTries tries;
        readonly HashSet<string> gone = new(StringComparer.Ordinal);
        readonly TimeSpan whole;
        readonly long began;
        readonly CancellationTokenSource clock;
        readonly CancellationTokenSource ending;
        int asked;
        int looks;
        bool unsent;
        WebhookResult? leaves;

        /// <summary>Begins now.</summary>
        /// <param name="sender">Reaches the service.</param>
        /// <param name="client">Reaches the roster.</param>
        /// <param name="request">The webhook.</param>
        /// <param name="webhook">As it was signed.</param>
        /// <param name="late">Nobody waits any more. The delivery's own time ends before that.</param>
        public Delivery(RelaySender sender, DurableTaskClient client, WebhookRequest request, SignedWebhook webhook, CancellationToken late)
        {
            (this.sender, this.client, this.request, this.webhook, this.late) = (sender, client, request, webhook, late);
            (tries, began) = (new RelayTries(sender.desk, sender.time), sender.time.GetTimestamp());
            whole = RelaySchedule.TimeOf(TimeSpan.FromMilliseconds(request.TimeoutMs));
            clock = new CancellationTokenSource(whole, sender.time);
            ending = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, late);
        }

        TimeSpan Left => whole - sender.time.GetElapsedTime(began);

        string? Leaving => request.Invite is { Reason: RunReason.HandOver } invite ? invite.Leaving : null;

        // What it is that none of those who were asked has taken it; null when nobody was asked.
        WebhookResult? Unanswered => leaves ?? (asked > 0 ? WebhookResult.FromFailure(WebhookFailure.Timeout) : null);

        /// <summary>Null when it could not be put to anybody for the service's sake.</summary>
        public async Task<WebhookResult?> DeliverAsync()
        {
            try
            {
                return await DeliverInTimeAsync();
            }
            catch (OperationCanceledException e) when (ending.IsCancellationRequested)
            {
                // Whatever hangs: what was answered by now counts.
                await LookAsync(late);
                var result = Taken() ?? Unanswered;
                if (result is null)
                {
                    sender.LogUnsent(request.PackageName, webhook.Id, e);
                }

                return result;
            }
        }

        /// <summary>Whoever had its time and has not answered is asked after the others from now on.</summary>
        public async ValueTask DisposeAsync()
        {
            // It may have answered at another instance since the last look.
            if (tries.HasOverdue(whole))
            {
                await LookAsync(late);
            }

            foreach (var reply in tries.TakeAll())
            {
                Counted(reply); // somebody else's came first
            }

            foreach (var process in tries.Close(whole))
            {
                sender.metrics.RelayTried("silent");
                sender.LogSilent(request.PackageName, process.InstanceId, webhook.Id);
                await TellAsync(new ProcessSilent(process.ConnectionId), late);
            }

            ending.Dispose();
            clock.Dispose();
        }

        async Task<WebhookResult?> DeliverInTimeAsync()
        {
            if (await ReadAsync() is not { } roster)
            {
                return null;
            }

            var result = await DeliverAsync(roster);
            if (result is null && asked == 0 && !unsent && gone.Count > 0)
            {
                // Whoever was there has gone, and may have come back.
                if (await ReadAsync() is not { } again)
                {
                    return null;
                }

                roster = WithoutGone(again);
                result = await DeliverAsync(roster);
            }

            if (!tries.IsEmpty)
            {
                result ??= await AnswerAsync(Left);
            }

            return result ?? Unanswered ?? (unsent ? null : RelayRules.WithoutAny(WithoutGone(roster), Leaving, sender.time.GetUtcNow()));
        }

        RelayRoster WithoutGone(RelayRoster roster) => roster with { Processes = roster.Processes.RemoveAll(process => gone.Contains(process.ConnectionId)) };

        // Null when none of them has answered so far, or those that have are about to leave.
        async Task<WebhookResult?> DeliverAsync(RelayRoster roster)
        {
            var line = RelayRules.LineOf(roster, webhook.Id, request.Holder, Leaving, sender.time.GetUtcNow());
            for (var place = 0; place < line.Length && asked < RelaySchedule.MostTries && !unsent; place++)
            {
                if (await IsGoneAsync(line[place]) || await AskAsync(line[place]) is not { } one)
                {
                    continue;
                }

                var patience = RelaySchedule.PatienceOf(Left, place + 1 < line.Length && asked < RelaySchedule.MostTries);
                one.Patience = patience;
                if (await AnswerAsync(patience) is not { } result)
                {
                    continue;
                }

                if (!result.IsLeaving)
                {
                    return result;
                }

                leaves = result;
            }

            return null;
        }

        // What cannot be asked for is taken to be there: the answer, or its absence, says more.
        async Task<bool> IsGoneAsync(RelayProcess process)
        {
            if (looks++ >= RelaySchedule.MostLooks)
            {
                return false;
            }

            try
            {
                if (await sender.connections.ExistsAsync(process.ConnectionId, ending.Token).WaitAsync(ending.Token))
                {
                    return false;
                }
            }
            catch (Exception) when (!ending.IsCancellationRequested)
            {
                return false;
            }

            gone.Add(process.ConnectionId);
            sender.metrics.RelayTried("gone");
            await TellAsync(new ProcessGone(process.ConnectionId), ending.Token);
            return true;
        }

        // Null when it could not be asked. One whose message hangs stays open: it may have got it.
        async Task<RelayTry?> AskAsync(RelayProcess process)
        {
            var one = tries.Open(process);
            try
            {
                var within = Left;
                var ticket = sender.tickets.Issue(request.PackageName, process.ConnectionId, one.Id, within);
                var sending = sender.connections.SendAsync(process.ConnectionId, RelayMessage.Target, RelayMessage.Of(webhook, ticket, within), ending.Token);
                await sending.WaitAsync(ending.Token);
                asked++;
                return one;
            }
            catch (Exception e) when (!ending.IsCancellationRequested)
            {
                tries.Drop(one);
                sender.LogUnsent(request.PackageName, webhook.Id, e);
                unsent = true;
                return null;
            }
        }

        // The first answer of anybody who was asked; null when none comes in that time.
        async Task<WebhookResult?> AnswerAsync(TimeSpan patience)
        {
            var from = sender.time.GetTimestamp();
            while (true)
            {
                var next = tries.NextCall();
                if (Taken() is { } here)
                {
                    return here;
                }

                if (RelaySchedule.NextLook(sender.time.GetElapsedTime(from), patience) is not { } wait)
                {
                    return null;
                }

                if (!await IsCalledWithinAsync(next, wait))
                {
                    await LookAsync(ending.Token, next);
                }
            }
        }

        async Task<bool> IsCalledWithinAsync(Task call, TimeSpan wait)
        {
            try
            {
                await call.WaitAsync(wait, sender.time, ending.Token);
                await Task.Yield(); // off the stack of whoever brought the answer
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        // For an answer that another instance has taken. One look that fails ends nothing: the answer may come here, also meanwhile, or be there at the next look.
        async Task LookAsync(CancellationToken until, Task? call = null)
        {
            if (tries.IsEmpty)
            {
                return;
            }

            try
            {
                var reading = client.ReadRosterAsync(request.PackageName, until).WaitAsync(until);
                if (await Task.WhenAny(reading, call ?? reading) == reading)
                {
                    tries.Find(await reading);
                    return;
                }

                await Task.Yield(); // off the stack of whoever brought the answer
            }
            catch (Exception e) when (until == late || !until.IsCancellationRequested)
            {
                sender.LogUnseen(request.PackageName, webhook.Id, e);
            }
        }

        // Null when the roster cannot be read: then it is not known who is there.
        async Task<RelayRoster?> ReadAsync()
        {
            try
            {
                return await client.ReadRosterAsync(request.PackageName, ending.Token).WaitAsync(ending.Token);
            }
            catch (Exception e) when (!ending.IsCancellationRequested)
            {
                sender.LogUnsent(request.PackageName, webhook.Id, e);
                return null;
            }
        }

        WebhookResult? Taken() => tries.Take() is { } reply ? Counted(reply) : null;

        WebhookResult Counted(RelayReply reply)
        {
            var result = reply.ToResult(sender.time.GetUtcNow());
            sender.metrics.RelayTried(result.IsLeaving ? "leaving" : "answered");
            return result;
        }

        // Beside the webhook: what it comes to does not depend on it.
        async Task TellAsync(RelayEvent told, CancellationToken until)
        {
            try
            {
                await client.TellRosterAsync(request.PackageName, told).WaitAsync(until);
            }
            catch (Exception e)
            {
                sender.LogUntold(request.PackageName, e);
            }
        }
    }
}
