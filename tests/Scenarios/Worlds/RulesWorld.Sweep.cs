namespace Lifecycle.Scenarios;

/// <content>What the functions on a timer do.</content>
sealed partial class RulesWorld
{
    // As the deployed app does, every thirty seconds of the clock.
    async Task SweepAsync()
    {
        while (!closed)
        {
            var wait = sweepEvery - TimeSpan.FromTicks(time.GetUtcNow().UtcTicks % sweepEvery.Ticks);
            await Task.Delay(wait, time);
            foreach (var (id, session) in hostIsDown is null ? sessions.ToList() : [])
            {
                foreach (var lost in Rules.LostOf(session, time.GetUtcNow()))
                {
                    Tell(id, lost);
                }

                if (Rules.BackTo(session, time.GetUtcNow()) is { } back && Rules.IsBackForLong(await watches.LookAsync(CancellationToken.None), time.GetUtcNow(), Policy.Default.ReconnectGraceMs))
                {
                    Tell(id, back);
                }

                if (Rules.RenewalOf(id, session, time.GetUtcNow()) is not null)
                {
                    Apply(id, new GroupsDue());
                }

                if (Rules.QuestionAbout(session, time.GetUtcNow()) is { } question && Rules.EventOf(question, IsKnown(id, question)) is { } found)
                {
                    Tell(id, found);
                }
            }

            foreach (var (package, _) in gates.Where(gate => AppRules.IsOverdue(gate.Value, time.GetUtcNow(), policies[gate.Key])).ToList())
            {
                hops.Signal($"app:{package}", () => ApplyToApp(package, new TimePassed()));
            }
        }
    }

    bool IsKnown(AppSessionId id, ServiceQuestion question) =>
        question.ConnectionId is { } connection ? sockets.ContainsKey(connection) : OpenSocketsOf(id).Any();
}
