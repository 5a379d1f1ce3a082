namespace Lifecycle.Scenarios;

/// <summary>Webhooks that are relayed: who is connected by the rules of the roster, and an answer that comes at once or not at all.</summary>
sealed partial class RulesWorld
{
    readonly Dictionary<string, RelayRoster> rosters = [];
    readonly Dictionary<string, RulesRelay> relays = [];

    public bool Relays { get; set; }

    public Action<WebhookCall, string> Relayed { get; set; } = (_, _) => { };

    public Task<IRelaySocket?> RelayAsync(string package, string instance, IRelayEvents events)
    {
        if (hostIsDown is not null || !accepting || AwayFor(new AppSessionId(instance, package)) is not null)
        {
            return Task.FromResult<IRelaySocket?>(null);
        }

        var socket = new RulesRelay(this, package, new ProcessReady($"r{++connections}", instance, time.GetUtcNow()), events);
        relays[socket.ConnectionId] = socket;
        TellRoster(package, socket.Ready);
        return Task.FromResult<IRelaySocket?>(socket);
    }

    void TellRoster(string package, RelayEvent told) => hops.Signal($"relay:{package}", () =>
    {
        var decision = RelayRules.Decide(rosters.GetValueOrDefault(package, RelayRoster.Empty), told, time.GetUtcNow());
        rosters[package] = decision.Roster;
        if (decision.IsFirst)
        {
            hops.Signal($"app:{package}", () => ApplyToApp(package, new ProcessConnected()));
        }
    });

    async Task<WebhookResult> RelayAsync(WebhookCall call)
    {
        var package = call.Id.PackageName;
        var roster = rosters.GetValueOrDefault(package, RelayRoster.Empty);
        foreach (var process in RelayRules.LineOf(roster, call.WebhookId, call.Processes.Holder, call.Processes.Leaving, time.GetUtcNow()))
        {
            if (relays.GetValueOrDefault(process.ConnectionId) is not { } socket)
            {
                roster = roster with { Processes = roster.Processes.Remove(process) };
                TellRoster(package, new ProcessGone(process.ConnectionId));
                continue;
            }

            if (await socket.Events.OnWebhook(call) is not { } reply)
            {
                await Task.Delay(RelaySchedule.TimeOf(TimeSpan.FromMilliseconds(policies[package].WebhookTimeoutMs)), time);
                TellRoster(package, new ProcessSilent(process.ConnectionId));
                return WebhookResult.FromFailure(WebhookFailure.Timeout);
            }

            if (reply.Leaving is null)
            {
                return WebhookResult.FromAnswer(reply.Status, reply.RetryAfter, reply.HeldBy, null, time.GetUtcNow());
            }
        }

        return RelayRules.WithoutAny(roster, call.Processes.Leaving, time.GetUtcNow());
    }

    // As the instruments name it.
    static string OutcomeOf(WebhookResult result) =>
        Entities.LifecycleInstruments.Webhooks.Tags[1].Values.Contains(result.Detail) ? result.Detail : $"{result.Detail[..6]}xx";

    /// <summary>A process's connection.</summary>
    sealed class RulesRelay(RulesWorld world, string package, ProcessReady ready, IRelayEvents events) : IRelaySocket
    {
        public ProcessReady Ready => ready;

        public string ConnectionId => ready.ConnectionId;

        public IRelayEvents Events => events;

        public bool IsOpen => world.relays.ContainsKey(ConnectionId);

        public Task ReadyAsync()
        {
            var now = world.time.GetUtcNow();
            return SayAsync(RelayRules.IsNews(world.rosters.GetValueOrDefault(package, RelayRoster.Empty), ready, now) ? ready with { At = now } : null);
        }

        public Task LeavingAsync() => SayAsync(new ProcessLeaving(ConnectionId));

        Task SayAsync(RelayEvent? said)
        {
            if (said is not null && world.hostIsDown is null)
            {
                world.TellRoster(package, said);
            }

            return Task.CompletedTask;
        }

        // Nobody keeps the event for a host that is down.
        public Task DropAsync()
        {
            if (world.relays.Remove(ConnectionId) && world.hostIsDown is null)
            {
                world.TellRoster(package, new ProcessGone(ConnectionId));
            }

            return Task.CompletedTask;
        }
    }
}
