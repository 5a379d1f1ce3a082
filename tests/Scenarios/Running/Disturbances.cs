namespace Lifecycle.Scenarios;

/// <summary>Something that disturbed app sessions, and whose fault that was in truth.</summary>
/// <param name="Blame">Whose.</param>
/// <param name="Package">Of which app; null for all.</param>
/// <param name="Sessions">Of which of its sessions; null for all.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When it was over; null while it is not.</param>
sealed record Disturbance(Blame Blame, string? Package, IReadOnlySet<AppSessionId>? Sessions, DateTimeOffset From, DateTimeOffset? To)
{
    public bool Concerns(AppSessionId id) => (Package is null || Package == id.PackageName) && Sessions?.Contains(id) != false;
}

/// <summary>The disturbances of one run of a scenario: the truth that verdicts are held to.</summary>
sealed class Disturbances
{
    /// <summary>How much later than its cause a loss may be known: sockets close, and the engine takes its time.</summary>
    static readonly TimeSpan knownWithin = TimeSpan.FromSeconds(5);

    /// <summary>The same where nobody told of it: a sweep finds it.</summary>
    static readonly TimeSpan foundWithin = TimeSpan.FromSeconds(120);

    readonly List<Disturbance> all = [];

    /// <summary>A step is done now.</summary>
    /// <param name="step">The step.</param>
    /// <param name="now">The time.</param>
    /// <param name="sessions">To which sessions it is done; null for all of its apps.</param>
    public void Add(StepModel step, DateTimeOffset now, IReadOnlySet<AppSessionId>? sessions)
    {
        if (step.Do is StepKind.BootApp or StepKind.MendApp || step is { Do: StepKind.AppAnswers, Status: 0 })
        {
            EndOfApp(step.Package, now);
        }

        if (BlameOf(step.Do) is { } blame)
        {
            all.Add(new Disturbance(blame, step.Package, sessions, now, Lasts(step) ? null : now + LengthOf(step)));
        }
    }

    /// <summary>Whose fault it can be that a session was lost, or not sooner attached: whatever disturbed it then.</summary>
    public IReadOnlySet<Blame> CausesOf(AppSessionId id, DateTimeOffset from, DateTimeOffset until, bool wasFound)
    {
        var earliest = from - (wasFound ? foundWithin : knownWithin);

        // While this system was away it could not know of anything.
        earliest = all.Where(d => d.Blame == Blame.Lifecycle && d.From <= from && d.To >= earliest).Select(d => d.From).Append(earliest).Min();
        return all.Where(d => d.Concerns(id) && d.From <= until && (d.To is null || d.To >= earliest)).Select(d => d.Blame).ToHashSet();
    }

    void EndOfApp(string? package, DateTimeOffset now)
    {
        for (var i = 0; i < all.Count; i++)
        {
            all[i] = all[i] is { To: null, Blame: Blame.App } open && (package is null || open.Package is null || open.Package == package) ? open with { To = now } : all[i];
        }
    }

    // A process that leaves takes its time.
    static TimeSpan LengthOf(StepModel step) => step.Do == StepKind.ReplacePod ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(step.Ms);

    // Until something else is said.
    static bool Lasts(StepModel step) =>
        step is { Do: StepKind.KillApp or StepKind.BreakApp or StepKind.DelayEvents or StepKind.DoubleEvents } or { Do: StepKind.AppAnswers, Status: not 0 };

    static Blame? BlameOf(StepKind kind) => kind switch
    {
        StepKind.KillApp or StepKind.BootApp or StepKind.BreakApp or StepKind.MendApp or StepKind.AppAnswers or StepKind.Release or StepKind.PauseApp or StepKind.ReplacePod or StepKind.BootBeside or StepKind.DeafApp => Blame.App,
        StepKind.DropSockets or StepKind.Firewall => Blame.Network,
        StepKind.EndpointsDown or StepKind.LoseEvents or StepKind.DelayEvents or StepKind.DoubleEvents or StepKind.ForgetGroups => Blame.SignalR,
        StepKind.KillHost or StepKind.StallEngine or StepKind.BlindHost => Blame.Lifecycle,
        StepKind.Start or StepKind.Stop or StepKind.ReviveAll or StepKind.SetPolicy or StepKind.Post or StepKind.Chatter or StepKind.Move => Blame.Platform,
        _ => null,
    };
}
