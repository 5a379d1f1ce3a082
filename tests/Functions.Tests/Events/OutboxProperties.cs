using FsCheck.Xunit;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>What holds over any order of operations, failures of the sink and deaths of the process.</summary>
public sealed class OutboxProperties
{
    [Property(MaxTest = 500, EndSize = 150)]
    public void What_is_delivered_is_what_was_committed_in_its_order(byte[] script)
    {
        var world = new OutboxWorld();
        world.Play(script);
        Assert.Equal(world.Committed, world.Delivered);
        Assert.Equal(0, world.Premature);
        Assert.Equal([], world.Document?.Outbox.Records ?? []);
        Assert.InRange(world.MostFlushes, 0, 1);
    }
}
