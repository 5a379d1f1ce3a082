namespace Lifecycle.Scenarios;

/// <summary>What the platform and publishers do.</summary>
sealed partial class RulesWorld
{
    public async Task<bool> StartAsync(AppSessionId id, bool foreground)
    {
        var (session, gate) = (sessions.GetValueOrDefault(id, AppSession.None), gates.GetValueOrDefault(id.PackageName, AppGate.New));
        if (Rules.StartIsHopelessUntil(session.State, gate, time.GetUtcNow(), policies[id.PackageName]) is not null)
        {
            return false;
        }

        await Platform(id, new StartRequested(Foreground: foreground));
        return true;
    }

    public Task StopAsync(AppSessionId id) => Platform(id, new StopRequested("scenario"));

    public async Task ReviveAllAsync(string package)
    {
        await HostIsUp();
        hops.Signal($"app:{package}", () => ApplyToApp(package, new ProbeWanted(Crowd: true)));
        foreach (var (id, _) in sessions.Where(known => known.Key.PackageName == package && known.Value.State == AppState.Evicted).ToList())
        {
            Tell(id, new ReviveRequested());
        }
    }

    // The platform's calls wait for a host, as a queue or a retrying client would.
    async Task Platform(AppSessionId id, SessionEvent request)
    {
        await HostIsUp();
        Tell(id, request);
    }

    public async Task<bool> PostAsync(AppSessionId id, string body)
    {
        await HostIsUp();
        var name = $"m{++posts}";
        var told = new TaskCompletionSource();
        hops.Signal($"{id}", () =>
        {
            // As the entity does: asked of whoever is attached when it is its turn.
            var attachment = sessions.GetValueOrDefault(id)?.Attachment?.ConnectionId;
            Apply(id, new MessagePosted(name, body, attachment is null ? null : sockets.ContainsKey(attachment)));
            told.SetResult();
        });
        await told.Task;
        return sessions.GetValueOrDefault(id)?.Mailbox.ReceiptOf(name) is { Outcome: MessageOutcome.Sent or MessageOutcome.Buffered };
    }

    public Task PublishAsync(AppSessionId id, string stream, int number)
    {
        if (GroupsOf(id).Contains(stream))
        {
            OpenSocketsOf(id).ToList().ForEach(socket => socket.Published(stream, number));
        }

        return Task.CompletedTask;
    }

    public Task ForgetGroupsAsync(AppSessionId id)
    {
        GroupsOf(id).Clear();
        return Task.CompletedTask;
    }

    public Task MoveAsync(TimeSpan window)
    {
        var plan = new MovePlan($"mv{++posts}", time.GetUtcNow()) { WindowMs = (int)window.TotalMilliseconds };
        foreach (var (id, session) in sessions.ToList())
        {
            if (plan.OrderFor(id, session, time.GetUtcNow()) is { ConnectionId: { } connection } order)
            {
                Find(connection)?.Move(TimeSpan.FromMilliseconds(order.AfterMs));
            }
        }

        return Task.CompletedTask;
    }
}
