namespace Lifecycle.Tests.Evidences;

/// <summary>Whose fault a loss was, as the decision that ends it says.</summary>
public sealed class BlameRulesTests
{
    static readonly ServiceSight away = new(false, Walk.Start.AddSeconds(7));
    static readonly ServiceSight open = new(true);

    static Decision Timer(AppSession session, double atMs, ServiceSight? sight = null) =>
        session.Decide(new TimerFired(TimerKind.Grace, session.Epoch) { Sight = sight }, atMs);

    static AppSession Signed(double atMs) => Walk.InGrace().On(new SignOfLife("i1"), atMs);

    static Connected Back(string instance, int attempt = 1, bool refused = false) =>
        new("c2", instance, Reconnect: true) { Attempt = attempt, ConnectRefused = refused };

    // An operator sees it where it is told, and where it is asked for later.
    static void AssertBlames(Blame expected, Decision decision)
    {
        Assert.Equal(expected, decision.Outcome.Blame);
        Assert.Equal(expected, decision.Of<PublishTransition>().Single().Blame);
        Assert.Equal(expected, decision.Session.Trail[^1].Blame);
    }

    [Fact]
    public void Loss_OfASocket_IsNobodysFaultYet() => AssertBlames(Blame.Unknown, Walk.Running().Decide(new Disconnected("c1"), 1_000));

    [Fact]
    public void Loss_ThatWasNotTold_IsTheServicesFault() =>
        AssertBlames(Blame.SignalR, Walk.Running().Decide(new ConnectionMissing("c1", Walk.Running().Epoch), 1_000));

    [Theory]
    [InlineData("i1", 1, false, Blame.Network)]
    [InlineData("i1", 2, false, Blame.Network)]
    [InlineData("i1", 2, true, Blame.SignalR)]
    [InlineData("i2", 1, false, Blame.App)]
    [InlineData("i2", 2, true, Blame.App)]
    public void Reconnect_InGrace_BlamesByProcessAndItsOwnWords(string instance, int attempt, bool refused, Blame expected) =>
        AssertBlames(expected, Walk.InGrace().Decide(Back(instance, attempt, refused), 3_000));

    [Theory]
    [InlineData(null, false, Blame.Unknown)]
    [InlineData(1, false, Blame.Unknown)]
    [InlineData(2, false, Blame.Network)]
    [InlineData(1, true, Blame.SignalR)]
    public void Reconnect_OfAClientThatDoesNotSayWhoItIs_BlamesByItsTries(int? attempt, bool refused, Blame expected) =>
        AssertBlames(expected, Walk.InGrace().Decide(new Connected("c2") { Attempt = attempt, ConnectRefused = refused }, 3_000));

    [Fact]
    public void Reconnect_AfterTheServiceWasAway_BlamesTheService() =>
        AssertBlames(Blame.SignalR, Timer(Walk.InGrace(), 7_000, away).Session.Decide(Back("i1"), 9_000));

    [Fact]
    public void Reconnect_AfterThisSystemWasAway_BlamesIt() =>
        AssertBlames(Blame.Lifecycle, Timer(Walk.InGrace(), 17_000, open).Session.Decide(Back("i1"), 18_000));

    // An app behind a firewall is refused each connect, and the service is well: it was not to blame.
    [Fact]
    public void Reconnect_RefusedWhileTheServiceWasSeenOpen_BlamesTheNetwork()
    {
        var held = Timer(Signed(6_000), 7_000, open);
        Assert.Equal((Reasons.SignOfLife, Blame.Network), (held.Outcome.Reason, held.Outcome.Blame));
        AssertBlames(Blame.Network, held.Session.Decide(Back("i1", 5, refused: true), 9_000));
    }

    [Fact]
    public void Expiry_WithoutAnySign_BlamesTheApp()
    {
        var expired = Timer(Walk.InGrace(), 7_000, open);
        AssertBlames(Blame.App, expired);
        AssertBlames(Blame.App, expired.Session.Decide(new Connected("c2", "i2"), 9_000));
    }

    [Fact]
    public void Expiry_BeyondTheAliveLimit_BlamesWhoeverHeldItBack()
    {
        var policy = Policy.Default with { AliveLimitMs = 4_500 };
        var expired = Signed(6_000).Decide(new TimerFired(TimerKind.Grace, Walk.InGrace().Epoch) { Sight = open }, 7_000, policy);
        AssertBlames(Blame.Network, expired);
    }

    // It was taken for dead and was not.
    [Fact]
    public void SignOfLife_AfterExpiry_ClearsTheApp()
    {
        var signed = Walk.Disconnected().Decide(new SignOfLife("i1"), 8_000);
        AssertBlames(Blame.Network, signed);
        Assert.Equal(Blame.Network, signed.Of<HeldBack>().Single().Blame);
        AssertBlames(Blame.Network, Walk.Disconnected().Decide(Back("i1"), 9_000));
    }

    [Fact]
    public void Eviction_OfAnAppThatIsGone_BlamesTheApp()
    {
        var evicted = Walk.Resurrecting().Decide(new AttemptSent(Walk.Resurrecting().Run!.Id, 1, WebhookResult.FromStatus(410)), 10_100);
        AssertBlames(Blame.App, evicted);
        Assert.Equal(Blame.App, evicted.Of<DeadLetter>().Single().Blame);
    }

    [Fact]
    public void Start_AndTheAttachThatItAskedFor_AreThePlatforms()
    {
        AssertBlames(Blame.Platform, AppSession.None.Decide(new StartRequested()));
        AssertBlames(Blame.Platform, Walk.In(AppState.Starting).Decide(new Connected("c1", "i1"), 500));
    }

    [Fact]
    public void Webhook_ThatThisSystemCouldNotSend_IsNotTheAppsFault()
    {
        var sending = Walk.Resurrecting();
        AssertBlames(Blame.Lifecycle, sending.Decide(new AttemptStalled(sending.Run!.Id, RunOrderKind.Send, 1, sending.Run.Driver), 10_100));
        AssertBlames(Blame.App, sending.Decide(new AttemptSent(sending.Run.Id, 1, WebhookResult.FromStatus(503)), 10_100));
    }

    [Fact]
    public void Connection_ThatTheServiceDidNotKnowAndThatLives_IsTheServicesFault()
    {
        var missing = Walk.Running().On(new ConnectionMissing("c1", Walk.Running().Epoch), 1_000);
        AssertBlames(Blame.SignalR, missing.Decide(new Initialized("c1"), 2_000));
    }

    // A host was killed with the event of a connection in its hands, and the service was blamed for it, or the app that had been there all the while.
    [Fact]
    public void Adoption_WithoutOtherEvidence_BlamesNobody()
    {
        var found = new AttemptFound(Walk.Resurrecting().Run!.Id, 1);
        AssertBlames(Blame.Unknown, Walk.Resurrecting().Decide(found, 10_100));
        AssertBlames(Blame.Lifecycle, (Walk.Resurrecting() with { Evidence = Evidence.None.SeenLate(Walk.Start) }).Decide(found, 10_100));
    }

    [Fact]
    public void Message_ForASessionThatIsStopped_IsThePlatforms()
    {
        var refused = Walk.In(AppState.Stopped).Decide(new MessagePosted("m", "1"), 2_000);
        Assert.Equal((OutcomeKind.Refused, Blame.Platform), (refused.Outcome.Kind, refused.Outcome.Blame));
    }
}
