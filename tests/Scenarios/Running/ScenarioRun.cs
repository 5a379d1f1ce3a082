namespace Lifecycle.Scenarios;

/// <summary>Plays one scenario in one world and collects what happened.</summary>
sealed partial class ScenarioRun(Scenario scenario, IWorld world, TimingKind timing)
{
    readonly List<WebhookSeen> webhooks = [];
    readonly List<NoticeSeen> notices = [];
    DateTimeOffset begin;
    int startsRefused;
    readonly List<AppServerModel> apps = [];
    readonly Random random = new(scenario.Seed);
    readonly Disturbances disturbances = new();

    /// <summary>What is wrong with a report; null for every verdict, those on the instruments included.</summary>
    public Func<ScenarioReport, IEnumerable<string>>? Judge { get; init; }

    /// <summary>
    /// How long the first step that is no start waits for what was started to be attached, and all later ones with it: in real time an engine
    /// may need longer than the file says. Zero on virtual time.
    /// </summary>
    public TimeSpan Patience { get; init; }

    /// <summary>How long it was waited for.</summary>
    public TimeSpan Waited { get; private set; }

    public async Task<ScenarioReport> PlayAsync()
    {
        world.Webhooks = Answer;
        world.RetryAfterOf = package => apps.Single(a => a.Model.Package == package).RetryAfter;
        world.OwnerNotices = notices.Add;
        world.HealthOf = package => apps.Single(a => a.Model.Package == package).HealthStatus;
        (world.Relays, world.Relayed) = (scenario.Relay, OnRelayed);
        await world.OpenAsync();
        foreach (var model in scenario.Apps)
        {
            var app = new AppServerModel(model, world, random) { AttachedAsync = ComparedAsync, Received = scenario.Relay ? ReceivedAsync : null };
            apps.Add(app);
            await world.RegisterAsync(model.Package, model.Policy);
            await app.OpenRelaysAsync();
        }

        begin = world.Time.GetUtcNow();
        foreach (var step in scenario.Steps.SelectMany(s => s.Repeated()).OrderBy(s => s.AtMs))
        {
            await Until(begin.AddMilliseconds(step.AtMs));
            await SettleAsync(step);
            apps.ForEach(app => app.WatchesMoves |= step.Do is StepKind.DropSockets or StepKind.PauseApp);
            await Do(step);
        }

        await Until(begin.AddMilliseconds(scenario.UntilMs));
        return await ReportAsync();
    }

    bool settled;
    DateTimeOffset? lostAt;

    async Task SettleAsync(StepModel step)
    {
        if (settled || step.Do == StepKind.Start || Patience == TimeSpan.Zero)
        {
            return;
        }

        settled = true;
        var starts = scenario.Steps.Where(start => start.Do == StepKind.Start && start.AtMs + start.Ms < step.AtMs).SelectMany(Ids).ToHashSet();
        var from = world.Time.GetUtcNow();
        while (!starts.IsSubsetOf(apps.SelectMany(app => app.Clients).Where(client => client.IsAttached).Select(client => client.Id)) && Waited < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), world.Time);
            Waited = world.Time.GetUtcNow() - from;
        }

        begin += Waited;
    }

    IReadOnlyList<double> RecoveriesOf(Func<AppServerModel.SessionClient, bool> which) =>
        [.. apps.SelectMany(a => a.Clients).Where(c => c.Recovery is not null && which(c)).Select(c => c.Recovery!.Value.TotalMilliseconds).Order()];

    Task Until(DateTimeOffset at)
    {
        var wait = at - world.Time.GetUtcNow();
        return wait > TimeSpan.Zero ? Task.Delay(wait, world.Time) : Task.CompletedTask;
    }

    async Task<WebhookReply> Answer(WebhookCall call)
    {
        var app = apps.Single(a => a.Model.Package == call.Id.PackageName);
        var (at, down) = (world.Time.GetUtcNow() - begin, app.IsDown);
        var lives = app.HolderLives(call.Id);
        var reply = app.Answer(call);
        webhooks.Add(new WebhookSeen(call, at, down, reply.Status) { ToLiving = lives });
        return await AnsweredAsync(app, reply);
    }

    async Task<WebhookReply> AnsweredAsync(AppServerModel app, WebhookReply reply)
    {
        if (reply.Status != 0 && app.Model.WebhookMs > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(app.Model.WebhookMs), world.Time);
        }

        return reply;
    }

    // What lasts goes on beside the following steps.
    async Task Do(StepModel step)
    {
        disturbances.Add(step, world.Time.GetUtcNow(), step.Sessions is null ? null : Disturbed(step).ToHashSet());
        switch (step.Do)
        {
            case StepKind.Start: Beside(Spread(step, async id => startsRefused += await world.StartAsync(id, IsForeground(id)) ? 0 : 1)); break;
            case StepKind.Stop: Beside(Spread(step, world.StopAsync)); break;
            case StepKind.ReviveAll: Beside(Task.WhenAll(Apps(step).Select(app => world.ReviveAllAsync(app.Model.Package)))); break;
            case StepKind.DropSockets: lostAt ??= world.Time.GetUtcNow(); await Each(step, client => client.DropAsync()); break;
            case StepKind.Release: await Each(step, client => client.ReleaseAsync()); break;
            case StepKind.KillApp: Apps(step).ForEach(app => app.Kill(step.Status, step.RetryAfter)); break;
            case StepKind.BootApp: Apps(step).ForEach(app => app.Boot(step.ComesBack ? step.Sessions ?? int.MaxValue : 0)); break;
            case StepKind.BreakApp: Apps(step).ForEach(app => app.Break(TimeSpan.FromMilliseconds(step.Ms))); break;
            case StepKind.MendApp: Apps(step).ForEach(app => app.Mend()); break;
            case StepKind.AppAnswers: Apps(step).ForEach(app => app.AnswerWith(step.Status, step.RetryAfter)); break;
            case StepKind.SetPolicy: Beside(Task.WhenAll(Apps(step).Select(app => world.RegisterAsync(app.Model.Package, step.Policy!)))); break;
            case StepKind.EndpointsDown: Beside(EndpointsDownAsync(step)); break;
            case StepKind.PauseApp: Beside(Task.WhenAll(Apps(step).Select(app => app.PauseAsync(step.Pod ?? 0, TimeSpan.FromMilliseconds(step.Ms))))); break;
            case StepKind.Firewall: Beside(For(step.Ms, block => Apps(step).ForEach(app => app.Block(block)))); break;
            case StepKind.BlindHost: Beside(For(step.Ms, world.BlindHost)); break;
            case StepKind.LoseEvents: Beside(For(step.Ms, lose => world.LoseEvents(step.Event, lose, (step.Percent ?? 100) / 100))); break;
            case StepKind.ReplacePod: Beside(Task.WhenAll(Apps(step).Select(app => app.ReplacePodAsync(step.Pod ?? 0)))); break;
            case StepKind.BootBeside: Apps(step).ForEach(app => app.BootBeside()); break;
            case StepKind.DeafApp: deafFrom = world.Time.GetUtcNow(); Apps(step).ForEach(app => app.GoDeaf(step.Sessions ?? int.MaxValue)); break;
            case StepKind.Move: Beside(world.MoveAsync(TimeSpan.FromMilliseconds(step.Ms))); break;
            case StepKind.Chatter: Beside(ChatterAsync(step)); break;
            case StepKind.DelayEvents: world.DelayEvents(step.Event, TimeSpan.FromMilliseconds(step.Ms)); break;
            case StepKind.DoubleEvents: world.DoubleEvents(step.Event, true); break;
            case StepKind.Post: Beside(Task.WhenAll(Clients(step).Select(PostAsync))); break; // whoever posts waits for the engine, and the steps do not
            case StepKind.Publish: await Each(step, PublishAsync); break;
            case StepKind.ForgetGroups: await Each(step, client => world.ForgetGroupsAsync(client.Id)); break;
            case StepKind.StallEngine: world.StandStill(TimeSpan.FromMilliseconds(step.Ms)); break;
            case StepKind.KillHost: Beside(KillHostAsync(step)); break;
            default: throw new FormatException($"{scenario.Name}: nobody knows how to do {step.Do}.");
        }
    }

    // Right after the ack, a publisher's send must arrive; a second later both sides must agree.
    async Task ComparedAsync(AppServerModel.SessionClient client)
    {
        if (scenario.Expect.Disagreements is null)
        {
            return;
        }

        await PublishAsync(client);
        await Task.Delay(TimeSpan.FromSeconds(1), world.Time);
        if (client.IsAttached && await world.ReadAsync(client.Id) is { State: AppState.Running } server)
        {
            client.Talk.Disagreements += server.Subscriptions.Streams.AsSpan().SequenceEqual(client.Subscriptions.AsSpan()) ? 0 : 1;
        }
    }

    readonly List<Task> beside = [];

    void Beside(Task task) => beside.Add(task);

    async Task For(double milliseconds, Action<bool> set)
    {
        set(true);
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), world.Time);
        set(false);
    }

    async Task Spread(StepModel step, Func<AppSessionId, Task> request)
    {
        await Task.WhenAll(Ids(step).ToList().Select(async id =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * step.Ms), world.Time);
            await request(id);
        }));
    }

    bool IsForeground(AppSessionId id) => apps.Single(a => a.Model.Package == id.PackageName).IsForeground(id);

    async Task Each(StepModel step, Func<AppServerModel.SessionClient, Task> act)
    {
        foreach (var client in Clients(step))
        {
            await act(client);
        }
    }

    List<AppServerModel.SessionClient> Clients(StepModel step) => [.. Apps(step).SelectMany(a => Limit(step, a.Clients))];

    IEnumerable<AppSessionId> Disturbed(StepModel step) => step.Do is StepKind.Start or StepKind.Stop ? Ids(step) : Clients(step).Select(client => client.Id);

    IEnumerable<AppSessionId> Ids(StepModel step) => Apps(step).SelectMany(a => Limit(step, a.Sessions));

    static IEnumerable<T> Limit<T>(StepModel step, IEnumerable<T> all) => step.Sessions is { } some ? all.Take(some) : all;

    List<AppServerModel> Apps(StepModel step) => [.. apps.Where(a => step.Package is null || a.Model.Package == step.Package)];

    (double Ms, double PerSecond) Later => timing switch
    {
        TimingKind.Exact => (0, 0),
        TimingKind.AzureStorage => (scenario.Later.AzureStorageMs, scenario.Later.MorePerSecond),
        _ => (scenario.Later.AtCapacityMs, scenario.Later.MorePerSecond),
    };

    async Task<ScenarioReport> ReportAsync()
    {
        await Task.WhenAll(beside);
        var sessions = new List<(AppSessionId Id, SessionSnapshot? Session)>();
        foreach (var id in apps.SelectMany(a => a.Sessions))
        {
            sessions.Add((id, await world.ReadAsync(id)));
        }

        var gates = new List<GateSnapshot>();
        foreach (var app in apps)
        {
            gates.Add(await world.ReadGateAsync(app.Model.Package));
        }

        var report = new ScenarioReport
        {
            Gates = [.. gates.Select(gate => gate.Tally)],
            OpenIncidents = gates.Count(gate => gate.HasIncident),
            Counters = world.Counters,
            Sessions = sessions,
            Losses = [.. sessions.SelectMany(s => BlameVerdicts.In(s.Id, s.Session, disturbances))],
            Seen = webhooks,
            Notices = notices,
            StartsRefused = startsRefused,
            Attempts = apps.SelectMany(a => a.Clients).Sum(c => c.Attempts),
            ForegroundRecoveries = RecoveriesOf(c => IsForeground(c.Id)),
            Recoveries = RecoveriesOf(_ => true),
            Talks = InForce().ToDictionary(c => c.Id, c => c.Talk),
            AppSubscriptions = InForce().ToDictionary(c => c.Id, c => c.Subscriptions),
            Moved = apps.Sum(a => a.Moved),
            DeafFrom = deafFrom,
            NegotiatePeak = NegotiatePeak(),
            EndpointsBack = endpointsBackAt - begin,
            HostBack = hostBackAt - begin,
        };
        report.Failures.AddRange((Judge ?? JudgeAll)(report));
        // A decision is what it is whatever the engine's timing was: once is enough, for it takes as long as to play most files.
        foreach (var (id, session) in sessions.Where((_, index) => timing == TimingKind.Exact && index % (1 + (sessions.Count / HistoryVerdicts.Most)) == 0))
        {
            report.Failures.AddRange(HistoryVerdicts.Check(id, session, await world.RecallAsync(id)).Take(1));
        }

        var fleet = Judge is null ? await FleetVerdicts.ReadAsync(world, report) : null;
        report.Failures.AddRange(fleet is null ? [] : FleetVerdicts.Check(fleet, report.Counters));
        return report with { Fleet = fleet };
    }

    // Of several processes of an app the one that is attached.
    IEnumerable<AppServerModel.SessionClient> InForce() =>
        apps.SelectMany(a => a.Clients).GroupBy(c => c.Id).Select(its => its.FirstOrDefault(c => c.IsAttached) ?? its.First());

    double NegotiatePeak()
    {
        var times = apps.SelectMany(a => a.Negotiates).Where(at => lostAt is { } lost && at >= lost).Order().ToList();
        if (times.Count == 0)
        {
            return 0;
        }

        var most = times.GroupBy(at => (long)(at - lostAt!.Value).TotalSeconds).Max(second => second.Count());
        var seconds = Math.Max(1, (times[^1] - lostAt!.Value).TotalSeconds);
        return most / (times.Count / seconds);
    }

    IEnumerable<string> JudgeAll(ScenarioReport report) =>
        [.. new Verdicts(scenario.Expect, Later, report).Check(), .. new CounterVerdicts(scenario, report).Check(), .. BlameVerdicts.Check(report.Losses)];
}
