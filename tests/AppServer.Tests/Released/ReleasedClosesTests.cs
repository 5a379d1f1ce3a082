using Lifecycle.Compatibility;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Released;

/// <summary>How connections end at a Lifecycle of the released version, in virtual time.</summary>
public class ReleasedClosesTests : HandlingStory
{
    [Theory]
    [InlineData("not_started", EndKind.NotStarted)]
    [InlineData("superseded", EndKind.Superseded)]
    [InlineData("stopped", EndKind.Stopped)]
    [InlineData("stale_token", null)]
    [InlineData("stale_connect", null)]
    public void A_close_is_taken_for_what_it_says(string name, EndKind? end)
    {
        App.Engine.Version = 1;
        var socket = AttachHandling();
        App.Run(() => socket.Lose((string)ReleasedWire.Server($"closes/{name}")!));
        App.RunFor(5);
        Assert.Equal(end is { } kind ? [kind] : [], App.Ends.Select(reason => reason.Kind));
        Assert.Equal(end is null ? 2 : 1, App.Engine.Sockets.Count);
        Assert.Equal(name == "stale_token" ? null : end is null ? "t1" : null, App.Engine.Tries.SingleOrDefault()?.Token);
        Assert.Empty(Said);
    }

    [Fact]
    public void What_was_not_told_before_a_Lifecycle_was_rolled_back_is_kept_from_the_one_that_does_not_know_it()
    {
        var socket = AttachHandling();
        App.Run(() => socket.Message(1));
        App.Engine.Version = 1;
        App.Run(socket.Lose);
        App.RunFor(3);
        Send(2);
        App.RunFor(10);
        Assert.Equal((SessionState.Attached, 2), (App.Session.State, Handled.Count));
        Assert.Empty(Said);
    }
}
