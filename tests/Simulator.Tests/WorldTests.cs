using System.Text.Json;
using Lifecycle.Simulator.Chance;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Tests;

/// <summary>A world follows from its plan, and from nothing else.</summary>
public sealed class WorldTests
{
    static string Play(Plan plan)
    {
        var result = World.Play(plan, new RealRules());
        return $"{JsonSerializer.Serialize(result.Figures)} {result.Violation}";
    }

    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    public void Play_OfOnePlanTwice_IsTheSameTwice(ulong seed) => Assert.Equal(Play(Planner.Draw(seed)), Play(Planner.Draw(seed)));

    // What is stored is what is decided on: a field that is lost on its way through JSON would change what comes of it.
    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(29)]
    public void Play_WithEveryStateWrittenAndReadAgain_IsTheSame(ulong seed)
    {
        var plan = Planner.Draw(seed);

        Assert.Equal(Play(plan with { Stored = false }), Play(plan with { Stored = true }));
    }

    [Fact]
    public void Play_OfAPlanFromItsFile_IsTheSame()
    {
        var plan = Planner.Draw(5);

        Assert.Equal(Play(plan), Play(Plan.FromJson(plan.ToJson())));
    }

    [Fact]
    public void FromJson_OfWhatIsNoPlan_SaysSo() => Assert.Throws<FormatException>(() => Plan.FromJson("{}"));

    // What was found once, each as the simulator shrunk it.
    [Theory]
    [MemberData(nameof(Traces))]
    public void Play_OfATraceThatOnceFailed_BreaksNoRule(string file) =>
        Assert.Null(World.Play(Plan.FromJson(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Traces", file))), new RealRules()).Violation);

    public static TheoryData<string> Traces => new(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Traces"), "*.json").Select(file => Path.GetFileName(file)).Order());

    [Fact]
    public void Agenda_DoesWhatIsDueAtOnce_InTheOrderInWhichItWasPlanned()
    {
        var (agenda, done) = (new Agenda(), new List<string>());
        agenda.At(20, () => done.Add("c"));
        agenda.At(10, () => done.Add("a"));
        agenda.At(10, () => done.Add("b"));
        agenda.At(30, () => done.Add("d"));

        agenda.RunUntil(25, () => true);

        Assert.Equal(["a", "b", "c"], done);
        Assert.Equal(25, agenda.Now);
    }

    [Fact]
    public void Draws_OfOnePart_DoNotDependOnThoseOfAnother()
    {
        var (one, other) = (Draws.For(1, 1), Draws.For(1, 2));
        var first = one.Uniform();

        Assert.NotEqual(first, other.Uniform());
        Assert.Equal(first, Draws.For(1, 1).Uniform());
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.InRange(one.Between(2, 3), 2, 3));
    }
}
