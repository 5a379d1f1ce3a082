namespace Lifecycle.Scenarios;

/// <summary>What negotiate says of the engine, for the world that has none: pulses that go the ways of <see cref="Hops"/>.</summary>
sealed class RulesPulse(Hops hops, TimeProvider time)
{
    readonly Beat?[] answers = new Beat?[Backlog.Pulses];
    Backlog backlog = Backlog.Unknown;

    public bool IsBeyondLimit => backlog.IsBeyondLimit(time.GetUtcNow());

    /// <summary>Somebody calls negotiate: how long the ack may take; null when no connections are taken.</summary>
    public TimeSpan? Expect()
    {
        var now = time.GetUtcNow();
        backlog = backlog.Called(now);
        if (backlog.IsLookDue(now))
        {
            backlog = backlog.Looked(now, [.. answers]);
            backlog = backlog.IsPulseDue(now) ? Send(now) : backlog;
        }

        return backlog.IsBeyondLimit(now) ? null : backlog.AckWithin(now);
    }

    Backlog Send(DateTimeOffset now)
    {
        for (var n = 0; n < Backlog.Pulses; n++)
        {
            var pulse = n;
            hops.Signal($"pulse:{pulse}", () => answers[pulse] = new Beat(now, time.GetUtcNow()));
        }

        return backlog.Sent(now);
    }
}
