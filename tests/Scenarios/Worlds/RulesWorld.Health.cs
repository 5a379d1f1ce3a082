namespace Lifecycle.Scenarios;

/// <summary>The health URL of an app that is away: what its orchestration does, round by round, with a hop wherever the deployed one takes one.</summary>
sealed partial class RulesWorld
{
    async Task WatchHealthAsync(string package, WatchHealth watch)
    {
        var instance = $"health:{watch.Watch}";
        await hops.EpisodeAsync(instance);
        for (var (order, round) = (watch.Order, 1); !order.IsOver && !closed; round++)
        {
            await WaitAsync(instance, order.From - time.GetUtcNow() > HealthSchedule.ShortWait ? timing.FiresAt(order.From, time.GetUtcNow()) : null);
            await hops.ActivityAsync($"ask:{instance}");
            var looked = await AskHealthAsync(package, watch.Watch, order, round);
            await HostIsUp();
            await hops.EpisodeAsync(instance);
            order = await hops.CallAsync($"app:{package}", instance, () => DecideApp(package, looked).Health!);
        }
    }

    async Task<HealthLooked> AskHealthAsync(string package, string watch, HealthOrder order, int round)
    {
        var (asked, last) = (0, (WebhookResult?)null);
        while (asked < order.Tries && last?.Verdict != WebhookVerdict.Accepted)
        {
            await Task.Delay(Positive(HealthSchedule.DueAt(order, package, $"{watch}|{round}", asked) - time.GetUtcNow()), time);
            await HostIsUp();
            if (gates[package].Health?.Id != watch || HealthOf(package) is not { } status)
            {
                break;
            }

            last = status == 0 ? WebhookResult.FromFailure(WebhookFailure.Refused) : WebhookResult.FromStatus(status);
            asked++;
        }

        return new HealthLooked(watch, round, asked, last);
    }
}
