using FsCheck.Xunit;

namespace Lifecycle.Tests.Properties;

/// <summary>Subscriptions and groups, whatever the service loses or refuses.</summary>
public sealed class GroupProperties
{
    static IEnumerable<GroupWorld> Play(byte[] script)
    {
        var world = new GroupWorld();
        foreach (var code in script)
        {
            world.Play(code);
            yield return world;
        }
    }

    static bool IsLoss(byte code) => code % 12 == 9;

    [Property(MaxTest = 3000, EndSize = 120)]
    public void What_a_connection_is_told_to_hear_it_hears_unless_the_service_lost_one_of_many(byte[] script)
    {
        foreach (var world in Play(script).Where(w => w.Greeted))
        {
            var set = world.Session.Subscriptions.Streams;
            Assert.Empty(world.Heard.Except(set));
            if (set.Length <= Lifecycle.Rules.Witnesses || !world.HasLost)
            {
                Assert.Equal(set.AsEnumerable(), world.Heard);
            }
        }
    }

    [Property(MaxTest = 3000, EndSize = 120)]
    public void What_the_rules_know_of_memberships_is_so_as_long_as_the_service_loses_none(byte[] script)
    {
        // It forgets everything, though: the socket goes with it, and the reconnect finds out.
        foreach (var world in Play([.. script.Where(code => !IsLoss(code))]))
        {
            var (set, groups) = (world.Session.Subscriptions.Streams, world.Session.Groups);
            Assert.True(groups.JoinedAt is not { } joined || set.All(stream => world.Until(stream) >= joined + Memberships.Ttl));
            Assert.True(world.InForce.All(stream => set.Contains(stream) || groups.Unleft.Contains(stream)));
        }
    }

    [Property(MaxTest = 2000, EndSize = 120)]
    public void An_hour_after_a_reconnect_exactly_the_set_is_in_force(byte[] script)
    {
        var world = Play(script).LastOrDefault() ?? new GroupWorld();
        world.Settle();
        var set = world.Session.Subscriptions.Streams;
        Assert.Equal(AppState.Running, world.Session.State);
        world.Reconnect();
        Assert.Equal(set.AsEnumerable(), world.Heard);
        Assert.Equal(set.AsEnumerable(), world.InForce);
    }
}
