using FsCheck.Xunit;

namespace Lifecycle.Tests.Properties;

/// <summary>What an app that keeps its state sees of messages, whatever the network does.</summary>
public sealed class DeliveryProperties
{
    // A window that outlasts every script, and room for every message of it.
    static readonly Policy roomy = Policy.Default with { ReconnectGraceMs = 120_000, BufferedMessages = 10_000, BufferedBytes = 1_048_576 };

    static DeliveryWorld Play(byte[] script, Policy policy, bool tellsLastSeq)
    {
        var world = new DeliveryWorld(policy, tellsLastSeq);
        world.Play([6, 8, 8, .. script.Take(150)]);
        world.Settle();
        return world;
    }

    [Property(MaxTest = 3000, EndSize = 150)]
    public void An_app_that_says_what_it_had_handles_each_message_that_was_taken_once_and_in_order(byte[] script)
    {
        var world = Play(script, roomy, tellsLastSeq: true);
        Assert.Equal(AppState.Running, world.Session.State);
        Assert.Equal(world.Taken, world.Handled);
        Assert.Equal(0, world.Astray);
    }

    // It can miss what was in a socket that died; it never sees one twice or out of order.
    [Property(MaxTest = 3000, EndSize = 150)]
    public void An_app_that_does_not_say_it_sees_none_twice_and_none_out_of_order(byte[] script)
    {
        var world = Play(script, roomy, tellsLastSeq: false);
        Assert.Equal(world.Handled.Select(int.Parse).Order(), world.Handled.Select(int.Parse));
        Assert.Equal(world.Handled.Distinct(), world.Handled);
        Assert.Subset(world.Taken.ToHashSet(), world.Handled.ToHashSet());
    }

    [Property(MaxTest = 2000, EndSize = 150)]
    public void The_room_is_never_exceeded_and_what_waits_is_never_pushed_out(byte[] script)
    {
        var policy = roomy with { BufferedMessages = 4, BufferedBytes = 8 };
        var world = Play(script, policy, tellsLastSeq: true);
        Assert.True(world.Session.Mailbox.Kept.Length <= 4);
        Assert.True(world.Session.Mailbox.Kept.Sum(m => m.Bytes) <= 8);
        Assert.Equal(world.Handled.Distinct(), world.Handled);
        Assert.Equal(world.Handled.Select(int.Parse).Order(), world.Handled.Select(int.Parse));
    }
}
