using Lifecycle.Entities;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Runs;

/// <summary>One round of questions to the health URL of an app that is away. Runs at least once; a question more does no harm.</summary>
public sealed class AskHealth(AppDirectory directory, HealthEndpoint endpoint, HealthSeats seats, TimeProvider time)
{
    // By then no read is so old that it was made before the watch began.
    const int ReadIsNewFrom = 2;

    /// <summary>The activity: asks until the first 2xx, until the questions are used up, or until nobody wants to know any more.</summary>
    [Function(nameof(AskHealth))]
    public async Task<HealthAnswer> Run([ActivityTrigger] HealthWatchInput round, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        using var seat = seats.TryTake();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, seats.Stopping);
        var (asked, tries) = (0, seat is null ? 1 : round.Order.Tries);
        WebhookResult? last = null;
        while (asked < tries && last?.Verdict != WebhookVerdict.Accepted)
        {
            if (!await UntilAsync(round, asked, stop.Token) || await UrlAsync(client, round, asked) is not { } url)
            {
                break;
            }

            last = await endpoint.AskAsync(url);
            asked++;
        }

        return new HealthAnswer(asked, last, stop.IsCancellationRequested);
    }

    // False when the host stops: another one does the next round.
    async Task<bool> UntilAsync(HealthWatchInput round, int asked, CancellationToken cancellation)
    {
        try
        {
            var wait = HealthSchedule.DueAt(round.Order, round.PackageName, $"{round.Watch}|{round.Round}", asked) - time.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Null when nobody wants to know: the app is registered without one by now, or its breaker has closed.
    async Task<string?> UrlAsync(DurableTaskClient client, HealthWatchInput round, int asked)
    {
        var app = await directory.FindDocumentAsync(client, round.PackageName);
        var isOver = (round.Round > 1 || asked >= ReadIsNewFrom) && app?.Gate.Health?.Id != round.Watch;
        return isOver || app?.Registration is not { HasHealthUrl: true } registered ? null : registered.HealthUrl;
    }
}

/// <summary>What came of one round.</summary>
/// <param name="Asked">How many questions were asked.</param>
/// <param name="Result">What came of the last one; null when none was asked.</param>
/// <param name="Stopped">Whether the host stops.</param>
public sealed record HealthAnswer(int Asked, WebhookResult? Result, bool Stopped = false);
