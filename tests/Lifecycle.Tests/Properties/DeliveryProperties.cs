using FsCheck.Xunit;

namespace Lifecycle.Tests.Properties;

/// <summary>What an app that keeps its state sees of messages, whatever the network does.</summary>
public sealed class DeliveryProperties
{
    // A window that outlasts every script, and room for every message of it.
    static readonly Policy roomy = Policy.Default with { ReconnectGraceMs = 120_000, BufferedMessages = 10_000, BufferedBytes = Policy.MostBufferedBytes };

    static DeliveryWorld Play(byte[] script, Policy policy, bool tellsLastSeq, Predicate<string>? isRefused = null)
    {
        var world = new DeliveryWorld(policy, tellsLastSeq, isRefused);
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

    // One message that could not be sent kept every later one back for ever, over reconnects too, and nothing counted it.
    [Property(MaxTest = 2000, EndSize = 150)]
    public void A_message_that_can_never_be_sent_is_counted_once_and_keeps_no_other_back(byte[] script)
    {
        var world = Play(script, roomy, tellsLastSeq: true, body => body.EndsWith('3'));
        Assert.Equal(world.Taken.Where(body => !body.EndsWith('3')), world.Handled);
        Assert.Equal(world.Taken.Count(body => body.EndsWith('3')), world.Missed);
        Assert.Equal(Enumerable.Repeat(Reasons.Undeliverable, world.Missed), world.Lost);
        Assert.False(world.Session.Mailbox.HasUnsent);
    }

    // Sent all the same while somebody is there; when that failed, it was said to be kept, and was not.
    [Property(MaxTest = 2000, EndSize = 150)]
    public void A_message_that_is_too_large_to_keep_is_handled_or_counted(byte[] script)
    {
        var world = Play(script, roomy with { BufferedBytes = 0 }, tellsLastSeq: true);
        Assert.Equal(world.Posted, world.Handled.Count + world.Missed);
        Assert.Equal(world.Handled.Select(int.Parse).Order(), world.Handled.Select(int.Parse));
    }

    [Property(MaxTest = 2000, EndSize = 150)]
    public void The_room_is_never_exceeded_and_what_waits_is_never_pushed_out(byte[] script)
    {
        var policy = roomy with { BufferedMessages = 4, BufferedBytes = (2 * KeptMessage.Envelope) + 10 };
        var world = Play(script, policy, tellsLastSeq: true);
        Assert.True(world.Session.Mailbox.Kept.Length <= 4);
        Assert.True(world.Session.Mailbox.Kept.Sum(m => m.Bytes) <= policy.BufferedBytes);
        Assert.Equal(world.Handled.Distinct(), world.Handled);
        Assert.Equal(world.Handled.Select(int.Parse).Order(), world.Handled.Select(int.Parse));
    }
}
