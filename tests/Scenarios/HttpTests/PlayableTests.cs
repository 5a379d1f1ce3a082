namespace Lifecycle.Scenarios.Http;

public sealed class PlayableTests
{
    static readonly HttpArguments bare = HttpArguments.Parse(["--on", "http", "--api", "http://h:1"]);
    static readonly HttpArguments emulator = HttpArguments.Parse(["--on", "http", "--api", "http://h:1", "--signalr-faults", "http://h:2"]);
    static readonly HttpArguments service = HttpArguments.Parse(["--on", "http", "--api", "http://h:1", "--signalr", "Endpoint=http://h:2;AccessKey=k"]);

    [Theory]
    [InlineData(StepKind.Start)]
    [InlineData(StepKind.Stop)]
    [InlineData(StepKind.DropSockets)]
    [InlineData(StepKind.KillApp)]
    [InlineData(StepKind.BootApp)]
    [InlineData(StepKind.AppAnswers)]
    [InlineData(StepKind.Release)]
    [InlineData(StepKind.Post)]
    public void What_apps_and_platforms_do_needs_nothing(StepKind kind) => Assert.Null(Playable.WhyNot(With(kind), bare));

    [Theory]
    [InlineData(StepKind.EndpointsDown)]
    [InlineData(StepKind.LoseEvents)]
    [InlineData(StepKind.DelayEvents)]
    [InlineData(StepKind.DoubleEvents)]
    public void Faults_of_sockets_and_events_need_the_emulator(StepKind kind)
    {
        Assert.Contains("--signalr-faults", Playable.WhyNot(With(kind), bare));
        Assert.Contains("--signalr-faults", Playable.WhyNot(With(kind), service));
        Assert.Null(Playable.WhyNot(With(kind), emulator));
    }

    [Theory]
    [InlineData(StepKind.Publish)]
    [InlineData(StepKind.ForgetGroups)]
    public void What_publishers_do_needs_any_service(StepKind kind)
    {
        Assert.Contains("--signalr", Playable.WhyNot(With(kind), bare));
        Assert.Null(Playable.WhyNot(With(kind), service));
        Assert.Null(Playable.WhyNot(With(kind), emulator));
    }

    [Fact]
    public void To_look_for_disagreements_is_to_publish()
    {
        var looking = With(StepKind.Start) with { Expect = new Expectations { Disagreements = new RangeModel(Max: 0) } };
        Assert.Contains("publish", Playable.WhyNot(looking, bare));
        Assert.Null(Playable.WhyNot(looking, service));
    }

    [Theory]
    [InlineData(StepKind.KillHost, "kill-host")]
    [InlineData(StepKind.StallEngine, "stall-engine")]
    [InlineData((StepKind)999, "999")]
    public void What_happens_inside_of_the_host_cannot_be_played(StepKind kind, string name)
    {
        Assert.Contains(name, Playable.WhyNot(With(kind), emulator));
        Assert.Contains(name, Playable.WhyNot(With(kind), Named(emulator)));
    }

    [Fact]
    public void Long_ones_must_be_named_and_hours_are_for_virtual_time()
    {
        var (minutes, hours) = (With(StepKind.Start) with { UntilMs = 420_000 }, With(StepKind.Start) with { UntilMs = 7_200_000 });
        Assert.Equal("it lasts 7 minutes: name it to play it", Playable.WhyNot(minutes, bare));
        Assert.Null(Playable.WhyNot(minutes, Named(bare)));
        Assert.Equal("it lasts 2 hours, which are for virtual time", Playable.WhyNot(hours, Named(bare)));
    }

    [Fact]
    public void Crowds_are_for_virtual_time() => Assert.Contains(
        "501 sessions", Playable.WhyNot(With(StepKind.Start) with { Apps = [new AppModel { Package = "a", Sessions = 300 }, new AppModel { Package = "b", Sessions = 201 }] }, bare));

    [Theory]
    [InlineData("socket-drop", StepNeed.Nothing)]
    [InlineData("app-redeploy", StepNeed.Nothing)]
    [InlineData("late-close", StepNeed.EmulatorFaults)]
    [InlineData("rapid-flaps", StepNeed.SignalRApi)]
    [InlineData("host-kill", StepNeed.Inside)]
    public void A_file_needs_what_its_most_demanding_step_does(string name, object need) =>
        Assert.Equal(need, Playable.Of(Scenario.Load(ScenarioRunner.Files.Single(f => Path.GetFileNameWithoutExtension(f) == name))).Need);

    [Fact]
    public void Names_of_a_run_lead_back_and_those_of_others_do_not()
    {
        var (mine, other, id) = (RunNames.New(), RunNames.New(), new AppSessionId("s0001", "com.example.notes"));
        var outside = mine.Outside(id);
        Assert.NotEqual(outside, other.Outside(id));
        Assert.Equal(id, mine.Inside(outside.SessionId, outside.PackageName));
        Assert.Null(other.Inside(outside.SessionId, outside.PackageName));
    }

    static HttpArguments Named(HttpArguments arguments) => arguments with { Names = ["it"] };

    static Scenario With(StepKind kind) => new()
    {
        Name = "it",
        About = "",
        Apps = [new AppModel { Package = "com.example.notes", Sessions = 1 }],
        Steps = [new StepModel { AtMs = 0, Do = kind }],
        UntilMs = 30_000,
        Expect = new Expectations(),
    };
}
