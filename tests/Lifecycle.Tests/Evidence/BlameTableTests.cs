using System.Reflection;

namespace Lifecycle.Tests.Evidences;

public sealed class BlameTableTests
{
    static IEnumerable<string> AllReasons => typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static).Select(constant => (string)constant.GetValue(null)!);

    [Fact]
    public void Rows_OfAllReasons_AreOneEach() =>
        Assert.Equal(AllReasons.Order(StringComparer.Ordinal), BlameTable.Rows.Select(row => row.Reason).Order(StringComparer.Ordinal));

    [Fact]
    public void Rows_OfAnyReason_SayWhy() => Assert.All(BlameTable.Rows, row => Assert.EndsWith(".", row.Why, StringComparison.Ordinal));

    [Fact]
    public void Names_OfEveryBlame_AreTheWireNames() =>
        Assert.Equal(Enum.GetValues<Blame>().Select(blame => System.Text.Json.JsonSerializer.Serialize(blame).Trim('"')), Blames.Names);

    [Theory]
    [InlineData(Reasons.GraceExpired, Blame.Unknown, Blame.App)]
    [InlineData(Reasons.GraceExpired, Blame.Network, Blame.Network)]
    [InlineData(Reasons.AppGone, Blame.Network, Blame.App)]
    [InlineData("no_such_reason", Blame.Network, Blame.Unknown)]
    public void Of_AReason_WeighsTheEvidenceWhereTheRowSaysSo(string reason, Blame evidence, Blame expected) =>
        Assert.Equal(expected, BlameTable.Of(reason, evidence));

    [Fact]
    public void Of_ANotice_FollowsTheFirstOneOfTheIncident()
    {
        var incident = new Incident { Id = "i", Cause = IncidentCause.SessionsLost, BeganAt = Walk.Start, OpenedAt = Walk.Start };
        Assert.Equal(Blame.App, BlameTable.Of(OwnerNoticeKind.Unreachable, incident));
        Assert.Equal(Blame.Network, BlameTable.Of(OwnerNoticeKind.AliveUnattached, incident));
        Assert.Equal(Blame.App, BlameTable.Of(OwnerNoticeKind.Recovered, incident with { OwnerToldAt = Walk.Start }));
        Assert.Equal(Blame.Network, BlameTable.Of(OwnerNoticeKind.Recovered, incident with { UnattachedToldAt = Walk.Start }));
    }

    [Fact]
    public void Document_IsGeneratedFromTheTable()
    {
        var path = Repository.File("docs/blame.md");
        var expected = BlameDocument.Render();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == expected, "docs/blame.md differs from the code: run the tests with UPDATE_DOCS=1.");
    }
}
