using Lifecycle.Entities;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Runs;

/// <summary>
/// Drives one run of webhooks. A script without a will of its own: the entity orders (wait, ask, send, end), it obeys and asks
/// again. So a lost step can delay a run and never strand it, and what a run does is decided in one place.
/// </summary>
public static partial class ResurrectionRun
{
    // A history is replayed at every step: a long outage must not make each of them dearer.
    const int StepsPerGeneration = 16;

    /// <summary>The orchestrator.</summary>
    [Function(RunInput.OrchestratorName)]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<RunInput>() ?? throw new InvalidOperationException("The run has no input.");
        var order = input.Order;
        for (var step = 0; order.Kind != RunOrderKind.End; step++)
        {
            if (step == StepsPerGeneration)
            {
                context.ContinueAsNew(input with { Order = order });
                return "";
            }

            order = await Obey(context, input, order);
        }

        return order.Result ?? "";
    }

    static async Task<RunOrder> Obey(TaskOrchestrationContext context, RunInput input, RunOrder order)
    {
        // A hint, as every durable timer: to one that comes early the entity answers "wait" again.
        await WaitUntil(context, order.Until);
        return order.Kind switch
        {
            RunOrderKind.Wait => await Tell(context, input, nameof(AppSessionEntity.AttemptDue), new AttemptDue(input.RunId, input.Driver)),
            RunOrderKind.Ask => await AskGate(context, input, order),
            RunOrderKind.Send => await Send(context, input, order),
            _ => throw new InvalidOperationException($"The run cannot obey {order}."),
        };
    }

    static async Task<RunOrder> AskGate(TaskOrchestrationContext context, RunInput input, RunOrder order)
    {
        var ask = order.Ask ?? throw new InvalidOperationException("An order to ask says what.");
        Admission admission;
        try
        {
            admission = await context.Entities.CallEntityAsync<Admission>(AppEntity.IdOf(input.PackageName), nameof(AppEntity.Admit), ask);
        }
        catch (EntityOperationFailedException e)
        {
            return await Stall(context, input, order, e.FailureDetails.ErrorMessage);
        }

        await WaitUntil(context, admission.WakeAt);
        var step = new AttemptAdmitted(input.RunId, ask.WebhookId, admission, input.Driver);
        return await Tell(context, input, nameof(AppSessionEntity.AttemptAdmitted), step);
    }

    static async Task<RunOrder> Send(TaskOrchestrationContext context, RunInput input, RunOrder order)
    {
        Attempt attempt;
        try
        {
            // Each hop has its own limit: many that are slow are no pause.
            var now = new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero);
            attempt = !order.Blind && order.Terms?.IsLate(now) == true
                ? Attempt.TooLate
                : await context.CallActivityAsync<Attempt>(nameof(LookAndSend), WebhookRequest.Of(input, order, now));
        }
        catch (TaskFailedException e)
        {
            return await Stall(context, input, order, e.FailureDetails.ErrorMessage);
        }

        if (attempt.Result is not { } result)
        {
            var unlooked = new AttemptUnlooked(input.RunId, order.Attempt, attempt.Busy) { Sight = attempt.Sight, Late = attempt.Late };
            return attempt.Found
                ? await Tell(context, input, nameof(AppSessionEntity.AttemptFound), new AttemptFound(input.RunId, order.Attempt))
                : await Tell(context, input, nameof(AppSessionEntity.AttemptUnlooked), unlooked);
        }

        if (RunScript.BeforeTelling(order, result) is { } wait)
        {
            await context.CreateTimer(wait, CancellationToken.None);
        }

        return await Tell(context, input, nameof(AppSessionEntity.AttemptSent), new AttemptSent(input.RunId, order.Attempt, result));
    }

    static async Task WaitUntil(TaskOrchestrationContext context, DateTimeOffset? until)
    {
        if (until?.UtcDateTime is { } time && time > context.CurrentUtcDateTime)
        {
            await context.CreateTimer(time, CancellationToken.None);
        }
    }

    // Something of ours failed; what that means for the run is for the rules to say.
    static Task<RunOrder> Stall(TaskOrchestrationContext context, RunInput input, RunOrder order, string error)
    {
        LogStalled(context.CreateReplaySafeLogger(typeof(ResurrectionRun)), new AppSessionId(input.SessionId, input.PackageName), order.Kind, error);
        var step = new AttemptStalled(input.RunId, order.Kind, order.Attempt, input.Driver);
        return Tell(context, input, nameof(AppSessionEntity.AttemptStalled), step);
    }

    static async Task<RunOrder> Tell(TaskOrchestrationContext context, RunInput input, string operation, SessionEvent step)
    {
        var id = new AppSessionId(input.SessionId, input.PackageName);
        for (var tried = 1; ; tried++)
        {
            try
            {
                // An entity that was forgotten in the meantime answers as well: the run is over there.
                return await context.Entities.CallEntityAsync<RunOrder>(AppSessionEntity.IdOf(id), operation, step);
            }
            catch (EntityOperationFailedException e) when (AskAgainSchedule.NextTry(tried) is { } wait)
            {
                LogUnanswered(context.CreateReplaySafeLogger(typeof(ResurrectionRun)), id, operation, wait.TotalSeconds, e.FailureDetails.ErrorMessage);
                await context.CreateTimer(wait, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(3102, LogLevel.Error, "{Session}: the run could not obey '{Order}': {Error}")]
    static partial void LogStalled(ILogger logger, AppSessionId session, RunOrderKind order, string error);

    [LoggerMessage(3103, LogLevel.Error, "{Session}: the run's step '{Operation}' failed, it asks again in {Seconds:0} s: {Error}")]
    static partial void LogUnanswered(ILogger logger, AppSessionId session, string operation, double seconds, string error);
}
