using FsCheck.Xunit;

namespace Lifecycle.Tests.Properties;

/// <summary>What holds however long the processes of an app live, whoever comes back by itself, and whoever asks for it.</summary>
public sealed class CrashLoopProperties
{
    // Half of the bytes are lives of a moment, some are around the stable time, a few are long.
    static double LifeOf(byte code) => code switch
    {
        < 128 => code * 10,
        < 240 => 50_000 + ((code - 128) * 200),
        _ => (code - 239) * 600_000,
    };

    static CrashWorld Play(byte[] script, int sessions, bool asks)
    {
        var next = 0;
        byte Next() => script.Length == 0 ? (byte)3 : script[next++ % script.Length];
        var world = new CrashWorld(sessions, () => LifeOf(Next()), () => Next() is var code && code % 8 == 0 ? 2_000 + (code * 20) : null);
        for (var hour = 1; hour <= 3; hour++)
        {
            world.RunUntil(Walk.Start.AddHours(hour));
            if (asks && Next() % 2 == 0)
            {
                world.StartAll();
            }
        }

        return world;
    }

    [Property(MaxTest = 60, EndSize = 200)]
    public void A_restart_that_was_put_off_never_comes_sooner_than_the_schedule_says(byte[] script, byte sessions, bool asks)
    {
        var world = Play(script, 1 + (sessions % 12), asks);
        Assert.NotEmpty(world.Webhooks);
        foreach (var sent in world.Webhooks.Where(sent => sent is { PutOff: not null, Wanted: false }))
        {
            var least = CrashLoop.WaitMs(sent.PutOff!.Times, Policy.Default, 0);
            Assert.True(sent.At >= sent.PutOff.At.AddMilliseconds(least - 1), $"{sent.Id} after {(sent.At - sent.PutOff.At).TotalSeconds} s, at {sent.PutOff.Times} short lives");
        }
    }

    [Property(MaxTest = 60, EndSize = 200)]
    public void What_is_remembered_stays_bounded_and_no_incident_is_told_twice(byte[] script, byte sessions, bool asks)
    {
        var world = Play(script, 1 + (sessions % 30), asks);
        Assert.InRange(world.Remembered, 0, CrashLoops.MostSessions);
        Assert.Equal(0, world.NoticesTooMany);
        Assert.All(world.Sessions, session => Assert.InRange(session.Trail.Length, 0, AppSession.RememberedSteps));
    }

    [Property(MaxTest = 40)]
    public void An_app_that_never_stays_gets_twelve_webhooks_an_hour_for_each_session(byte life, byte sessions)
    {
        var world = new CrashWorld(1 + (sessions % 30), () => life * 10);
        world.RunUntil(Walk.Start.AddHours(3));
        foreach (var its in world.Webhooks.GroupBy(sent => sent.Id))
        {
            var at = its.Select(sent => sent.At).ToList();
            Assert.All(at, first => Assert.InRange(at.Count(other => other >= first && other <= first.AddHours(1)), 1, 12));
        }
    }

    // However many loop: sixteen are called, and the others ask for themselves.
    [Property(MaxTest = 20)]
    public void Everybody_is_back_within_the_waits_once_the_app_stays(byte sessions)
    {
        var isMended = false;
        var world = new CrashWorld(1 + (sessions % 60), () => isMended ? 1e9 : 300);
        world.RunUntil(Walk.Start.AddHours(1));
        isMended = true;
        world.RunUntil(Walk.Start.AddHours(1).AddMilliseconds((3 * CrashLoop.WaitMs(100, Policy.Default, 1)) + 120_000));
        Assert.All(world.Sessions, session => Assert.Equal(AppState.Running, session.State));
        Assert.False(world.Gate.Incident!.IsOpen);
    }
}
