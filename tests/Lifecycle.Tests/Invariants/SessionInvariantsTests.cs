namespace Lifecycle.Tests.Invariants;

/// <summary>
/// What a wrong decision breaks. That right ones break nothing is held by every other test of the rules (<see cref="Judge"/>), among them those that play random orders of events
/// and every interleaving.
/// </summary>
public sealed class SessionInvariantsTests
{
    public static TheoryData<int> Planted => [.. Enumerable.Range(0, PlantedDecisions.All.Length)];

    [Theory]
    [MemberData(nameof(Planted))]
    public void Broken_WithAPlantedDefect_NamesTheInvariant(int index)
    {
        var planted = PlantedDecisions.All[index];

        var broken = SessionInvariants.Broken(planted.Before, planted.Event, planted.Spoil(planted.Right), planted.At, planted.Policy);

        Assert.Contains(planted.Invariant.Name, broken.Select(one => one.Name));
        Assert.All(broken, one => Assert.EndsWith(".", one.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Planted_CoversEveryInvariantOfSessions() =>
        Assert.Equal(Lifecycle.Invariants.OfSessions.Select(invariant => invariant.Name).Order(), PlantedDecisions.All.Select(planted => planted.Invariant.Name).Distinct().Order());

    // One session that was spoilt once would otherwise fill the log at every message.
    [Fact]
    public void Broken_OfAStateThatWasBrokenBefore_IsNotToldAgain()
    {
        var spoilt = Walk.InGrace() with { Attachment = new Attachment { ConnectionId = "c1" } };

        var decision = Lifecycle.Rules.Decide(Walk.Id, spoilt, new UserWentAway(), Walk.Start.AddSeconds(2), Policy.Default);

        Assert.Empty(SessionInvariants.Broken(spoilt, new UserWentAway(), decision, Walk.Start.AddSeconds(2), Policy.Default));
    }

    // The posted text is nobody's business in a log.
    [Fact]
    public void Broken_ByAMessage_SaysNothingOfItsText()
    {
        var posted = new MessagePosted("m1", "\"the text\"", true);
        var decision = Walk.Running().Decide(posted, 500);
        var spoilt = decision with { Effects = decision.Effects.Add(decision.Of<SendMessage>().Single()) };

        var broken = SessionInvariants.Broken(Walk.Running(), posted, spoilt, Walk.Start.AddMilliseconds(500), Policy.Default);

        Assert.DoesNotContain("the text", Assert.Single(broken).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_AreInSnakeCaseAndUnique()
    {
        var names = Lifecycle.Invariants.All.Select(invariant => invariant.Name).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z]+(_[a-z]+)+$", name));
        Assert.All(Lifecycle.Invariants.All, invariant => Assert.InRange(invariant.Rule, 0, 13));
    }
}
