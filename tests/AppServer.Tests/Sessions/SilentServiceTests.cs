using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>
/// A service that takes what comes and never answers. In the JavaScript SDK a timer that nobody held was collected, and the session hung for
/// ever; every wait of an attempt has one that is held, whatever is collected.
/// </summary>
public class SilentServiceTests : FakeWorld
{
    private protected override void Configure(AppServerOptions options) =>
        (options.AttemptTimeout, options.AckTimeout, options.MaxAttemptsAtOnce) = (TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(500), 1);

    [Theory]
    [InlineData(SilentAt.Negotiate)]
    [InlineData(SilentAt.ServiceNegotiate)]
    [InlineData(SilentAt.Upgrade)]
    [InlineData(SilentAt.Handshake)]
    public async Task A_service_that_falls_silent_is_left_when_the_time_is_over(SilentAt stage)
    {
        Lifecycle.SilentAt = stage;
        var (refusal, session) = await AttachWhileCollectingAsync();
        Assert.Equal((RefusalCode.Timeout, SessionState.Attached), (refusal.Code, session.State));
    }

    [Fact]
    public async Task A_service_that_never_acks_is_left_when_the_time_is_over()
    {
        Lifecycle.Connected = _ => Task.CompletedTask;
        var (refusal, session) = await AttachWhileCollectingAsync();
        Assert.Equal((RefusalCode.NoAck, SessionState.Attached), (refusal.Code, session.State));
    }

    async Task<(RefusedAttempt Refusal, AttachedSession Session)> AttachWhileCollectingAsync()
    {
        using var collecting = TimeProvider.System.CreateTimer(_ => GC.Collect(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        var attach = Server.AttachAsync("s1");
        var refusal = await Refusals.NextAsync();
        (Lifecycle.SilentAt, Lifecycle.Connected) = (SilentAt.Never, connection => connection.AckAsync());
        return (refusal, await attach);
    }
}
