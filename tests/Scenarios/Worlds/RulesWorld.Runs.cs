namespace Lifecycle.Scenarios;

/// <summary>What durable timers and orchestrations do: what is due comes, runs are driven, webhooks are sent.</summary>
sealed partial class RulesWorld
{
    async Task FireAsync(AppSessionId id, ArmTimer timer)
    {
        await SignaledAsync(timing.SignalRunsAt(timer.DueAt, time.GetUtcNow()));
        Tell(id, await SeenAsync(id, timer.ToEvent()));
    }

    async Task CallUpAsync(AppSessionId id, CallUp call)
    {
        await SignaledAsync(call.At is { } due ? timing.SignalRunsAt(due, time.GetUtcNow()) : null);
        Tell(id, new CalledUp(call.RunId) { DueAt = call.At });
    }

    // The answer comes by itself, at the slot of whoever is to go.
    async Task AskAsync(AppSessionId id, AskGate ask)
    {
        await SignaledAsync(ask.At is { } due ? timing.SignalRunsAt(due, time.GetUtcNow()) : null);
        hops.Signal($"app:{id.PackageName}", async () =>
        {
            var admission = ApplyToApp(id.PackageName, ask.Ask)!;
            await SignaledAsync(timing.TellsAt(admission, time.GetUtcNow()));
            Tell(id, AttemptAdmitted.To(ask.Ask, ask.Ask.RunId!, admission));
        });
    }

    async Task SignaledAsync(DateTimeOffset? at)
    {
        if (at is { } due && due > time.GetUtcNow())
        {
            await Task.Delay(Positive(due - time.GetUtcNow()), time);
            await HostIsUp();
        }
    }

    // What the orchestration of a run does, step by step, with a hop wherever the deployed one takes one.
    async Task DriveAsync(AppSessionId id, StartRun run)
    {
        var instance = $"run:{id}|{run.RunId}|{run.Driver}";
        await hops.EpisodeAsync(instance);
        for (var order = run.Order; order.Kind != RunOrderKind.End;)
        {
            await WaitAsync(instance, order.Until is { } until ? timing.WakesAt(until, time.GetUtcNow()) : null);
            var step = await ObeyAsync(id, instance, run, order);
            await HostIsUp();
            order = await hops.CallAsync($"{id}", instance, () => Apply(id, step)) ?? throw new InvalidOperationException($"{step} got no order.");
        }
    }

    async Task TellOfStopAsync(AppSessionId id, SendStopWebhook stop)
    {
        var webhook = StableHash.Name("wh_", id, $"{stop.RunId}|stop");
        var instance = $"stop:{webhook}";
        await hops.EpisodeAsync(instance);
        WebhookResult? last = null;
        for (var tried = 0; ; tried++)
        {
            var ask = new StopAsked(webhook, tried, last);
            var admission = await hops.CallAsync($"app:{id.PackageName}", instance, () => ApplyToApp(id.PackageName, ask)!);
            if (admission.Kind != AdmissionKind.Go)
            {
                return;
            }

            await WaitAsync(instance, timing.WakesAt(admission, time.GetUtcNow()));
            await hops.ActivityAsync($"tell:{instance}");
            if (!Rules.IsStopInForce(sessions.GetValueOrDefault(id, AppSession.None), stop.CorrelationId))
            {
                return;
            }

            last = await SendAsync(new WebhookCall("stop_request", id, webhook, stop.RunId, 1));
            await hops.EpisodeAsync(instance);
            if (last.Verdict == WebhookVerdict.Accepted)
            {
                return;
            }

            var wait = NoticeSchedule.NextTry(tried + 1, NoticeSchedule.StopTries, last, 0);
            await WaitAsync(instance, wait is { } span ? timing.FiresAt(time.GetUtcNow() + span, time.GetUtcNow()) : null);
        }
    }

    async Task WaitAsync(string instance, DateTimeOffset? until)
    {
        if (until is { } at && at > time.GetUtcNow())
        {
            await Task.Delay(Positive(at - time.GetUtcNow()), time);
            await hops.EpisodeAsync(instance);
        }
    }

    async Task<SessionEvent> ObeyAsync(AppSessionId id, string instance, StartRun run, RunOrder order)
    {
        switch (order.Kind)
        {
            case RunOrderKind.Wait:
                return await SeenAsync(id, new AttemptDue(run.RunId, run.Driver));
            case RunOrderKind.Ask:
                var admission = await hops.CallAsync($"app:{id.PackageName}", instance, () => ApplyToApp(id.PackageName, order.Ask!)!);
                await WaitAsync(instance, timing.WakesAt(admission, time.GetUtcNow()));
                return new AttemptAdmitted(run.RunId, order.Ask!.WebhookId, admission, run.Driver);
            default:
                var orderedAt = time.GetUtcNow();
                if (!order.Blind && order.Terms?.IsLate(orderedAt) == true)
                {
                    return new AttemptUnlooked(run.RunId, order.Attempt) { Late = true };
                }

                await hops.ActivityAsync($"send:{order.WebhookId}");
                if (pulse.IsBeyondLimit)
                {
                    await hops.EpisodeAsync(instance);
                    return new AttemptUnlooked(run.RunId, order.Attempt, Busy: true);
                }

                if (!order.Blind && OpenSocketsOf(id).Any())
                {
                    await hops.EpisodeAsync(instance);
                    return new AttemptFound(run.RunId, order.Attempt);
                }

                if (await HeldBackAsync(run, order, orderedAt) is { } held)
                {
                    await hops.EpisodeAsync(instance);
                    return held;
                }

                var sentAt = time.GetUtcNow();
                var result = await SendAsync(new WebhookCall(TypeOf(run.Reason), id, order.WebhookId!, run.RunId, order.Attempt)
                {
                    TakeOver = order.Invite?.Id,
                    Processes = (order.Holder, order.Invite is { Reason: RunReason.HandOver } invite ? invite.Leaving : null),
                });
                result = result with { TookMs = (int)(time.GetUtcNow() - sentAt).TotalMilliseconds };
                await hops.EpisodeAsync(instance);
                await WaitAsync(instance, RunScript.BeforeTelling(order, result) is { } wait ? timing.FiresAt(time.GetUtcNow() + wait, time.GetUtcNow()) : null);
                return new AttemptSent(run.RunId, order.Attempt, result);
        }
    }

    static string TypeOf(RunReason reason) => reason switch
    {
        RunReason.Start => "session_request",
        RunReason.HandOver => "handover_request",
        _ => "resurrection_request",
    };

    async Task<WebhookResult> SendAsync(WebhookCall call)
    {
        var result = Relays ? await RelayAsync(call) : await PostAsync(call);
        Metrics.WebhookSent(call.Type, result, TimeSpan.Zero);
        if (Relays)
        {
            Relayed(call, OutcomeOf(result));
        }

        return result;
    }

    async Task<WebhookResult> PostAsync(WebhookCall call)
    {
        var reply = await Webhooks(call);
        var retryAfter = RetryAfter.Read(RetryAfterOf(call.Id.PackageName), time.GetUtcNow());
        return reply.Status == 0 ? WebhookResult.FromFailure(WebhookFailure.Refused) : WebhookResult.FromStatus(reply.Status, retryAfter) with { HeldBy = reply.HeldBy, IsLeaving = reply.Leaving is not null };
    }

    // Delays count whole milliseconds: rounded up, or a timer would be early by a fraction, for ever.
    static TimeSpan Positive(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)));
}
