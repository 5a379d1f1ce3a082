using FsCheck.Xunit;

namespace Lifecycle.Tests.Properties;

/// <summary>Whatever has happened to a session: who asks for it gets it, once its app lives and nothing is lost any more.</summary>
public sealed class ReachProperties
{
    static ChaosWorld Play(byte[] script, bool resurrect)
    {
        var world = new ChaosWorld(Policy.Default with { Resurrect = resurrect });
        world.Decide(new StartRequested());
        world.Play(script);
        return world;
    }

    static void Reaches(ChaosWorld world, SessionEvent request)
    {
        world.Decide(request);
        world.GoOnWell();
        if (world.Session.State == AppState.Dormant)
        {
            world.Decide(new UserCameBack());
            world.GoOnWell();
        }

        Assert.True(world.IsReached, $"{world.Session}");
    }

    // 202, and then STOPPED for ever: a start while it stopped was dropped, and so was one after a goodbye, one of a user who was away, and one whose
    // resurrection was called off.
    [Property(MaxTest = 3000, EndSize = 300)]
    public void A_start_that_was_accepted_is_carried_out(byte[] script, bool resurrect)
    {
        var world = Play(script, resurrect);
        world.FindMissing(); // while it seems to run there is nothing to start
        Reaches(world, new StartRequested());
    }

    // EVICTED ten seconds after the host was back: it had been away for ten minutes while a webhook's app was awaited, and they counted for the horizon.
    [Fact]
    public void A_start_whose_host_was_away_beyond_the_horizon_is_carried_out()
    {
        var world = Play([58, 96, 172, 41, 60, 172, 92, 79, 58, 14, 96, 20, 41, 3, 0, 41, 44, 253, 101], resurrect: true);
        world.FindMissing();
        Reaches(world, new StartRequested());
    }

    [Property(MaxTest = 3000, EndSize = 300)]
    public void What_was_given_up_is_reached_by_a_revival(byte[] script, bool resurrect)
    {
        var world = Play(script, resurrect);
        if (world.Session.State == AppState.Evicted)
        {
            Reaches(world, new ReviveRequested());
        }
    }

    [Property(MaxTest = 3000, EndSize = 300)]
    public void A_living_app_attaches_unless_nobody_started_it(byte[] script, bool resurrect)
    {
        var world = Play(script, resurrect);
        var wanted = world.Session.State is not (AppState.None or AppState.Stopping or AppState.Stopped);
        world.Attach();
        Assert.Equal(wanted, world.IsReached);
    }
}
