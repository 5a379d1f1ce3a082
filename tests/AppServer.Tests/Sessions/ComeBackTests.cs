using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>A session that Lifecycle wants to resurrect, and that this process holds.</summary>
public class ComeBackTests
{
    [Fact]
    public void TryComeBack_Attached_OpensTheNewConnectionBeforeItClosesTheOld()
    {
        var app = new VirtualApp();
        app.Attach();
        var old = app.Engine.Sockets[0];
        app.Engine.Speed = 5; // An ack takes two seconds.
        Assert.True(ComeBack(app));
        Assert.Equal(["1"], app.Tries);
        Assert.Equal((2, SessionState.Reconnecting, true), (app.Engine.Sockets.Count, app.Session.State, old.IsLost));
        app.RunFor(3);
        Assert.Equal((SessionState.Attached, false, 2), (app.Session.State, app.Engine.Sockets[1].IsLost, app.Engine.Sockets.Count));
    }

    [Fact]
    public void TryComeBack_NewConnectionHangs_ClosesTheOldAllTheSame()
    {
        var app = new VirtualApp();
        app.Attach();
        app.Engine.Hangs = 1;
        Assert.True(ComeBack(app));
        Assert.False(app.Engine.Sockets[0].IsLost);
        app.RunFor(6);
        Assert.True(app.Engine.Sockets[0].IsLost);
        Assert.Equal(["1", "2 refused"], app.Tries);
        Assert.Equal(SessionState.Attached, app.Session.State);
    }

    [Fact]
    public void TryComeBack_SessionEndsMeanwhile_LeavesNoSocket()
    {
        var app = new VirtualApp();
        app.Attach();
        app.Engine.Hangs = 1;
        Assert.True(ComeBack(app));
        var session = app.Session;
        app.Run(() => _ = session.CloseAsync());
        app.RunFor(1);
        Assert.Equal((SessionState.Ended, true), (session.State, app.Engine.Sockets.All(socket => socket.IsLost)));
    }

    [Fact]
    public void TryComeBack_Twice_MakesOneNewConnection()
    {
        var app = new VirtualApp();
        app.Attach();
        app.Run(() => Assert.True(app.Server.TryComeBack("s1") && app.Server.TryComeBack("s1")));
        app.RunFor(5);
        Assert.Equal((SessionState.Attached, 2), (app.Session.State, app.Engine.Sockets.Count));
    }

    [Fact]
    public void TryComeBack_WaitingForItsNextTry_TriesNow()
    {
        var app = new VirtualApp();
        app.Attach();
        app.Engine.AwayFor = 200;
        app.Run(app.Engine.Sockets[0].Lose);
        app.RunFor(10);
        app.Engine.AwayFor = null;
        Assert.Equal(SessionState.Reconnecting, app.Session.State);
        Assert.True(ComeBack(app));
        Assert.Equal(["1", "2"], app.Tries);
        Assert.Equal(SessionState.Attached, app.Session.State);
    }

    [Fact]
    public void TryComeBack_AckIsLate_KeepsTheSocketThatWaits()
    {
        var app = new VirtualApp();
        app.Attach();
        app.Engine.Delay = TimeSpan.FromSeconds(14);
        app.Run(app.Engine.Sockets[0].Lose);
        app.RunFor(8);
        Assert.True(ComeBack(app));
        app.RunFor(8);
        Assert.Equal((SessionState.Attached, 2), (app.Session.State, app.Engine.Sockets.Count));
    }

    [Fact]
    public void TryComeBack_NeverAttachedHere_IsNotHeld()
    {
        var app = new VirtualApp();
        app.Engine.AwayFor = 200;
        app.Begin();
        Assert.False(ComeBack(app));
        Assert.False(app.Server.TryComeBack("s2"));
        app.RunFor(10);
        Assert.Equal(["1"], app.Tries);
    }

    [Fact]
    public void TryComeBack_EndedOrLeaving_IsNotHeld()
    {
        var app = new VirtualApp();
        app.Attach();
        var session = app.Session;
        app.Server.StopTakingWebhooks();
        Assert.False(ComeBack(app));
        app.Run(() => _ = session.CloseAsync());
        Assert.Equal(SessionState.Ended, session.State);
        Assert.False(session.TryComeBack());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("..")]
    public void Held_NoInstanceId_IsRefused(string instanceId) =>
        Assert.Throws<ArgumentException>(() => WebhookAnswer.Held(instanceId));

    static bool ComeBack(VirtualApp app)
    {
        var isHeld = false;
        app.Run(() => isHeld = app.Server.TryComeBack("s1"));
        return isHeld;
    }
}
