using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lifecycle.Functions.Runs;
using Lifecycle.Local.Durable;

namespace Lifecycle.Functions.Tests.Settings;

/// <summary>host.json is explained in docs/host.md, and its numbers keep what the rules count on.</summary>
public sealed partial class HostJsonTests
{
    const string Durable = "extensions.durableTask.";
    const string Storage = Durable + "storageProvider.";

    // Of the Azure Storage provider; host.json cannot change them.
    static readonly TimeSpan lease = TimeSpan.FromSeconds(30);
    static readonly TimeSpan lookForLeases = TimeSpan.FromSeconds(10);
    static readonly TimeSpan renewal = TimeSpan.FromSeconds(5);

    // The slowest rate measured on the official host.
    const double OperationsPerSecond = 80;

    static readonly Dictionary<string, string> leaves = Leaves();

    [Fact]
    public void HostJson_EverySetting_IsExplainedWithItsValue() =>
        Assert.Equal(
            leaves.Select(leaf => $"{leaf.Key} = {leaf.Value}").Order(StringComparer.Ordinal),
            Explained().Select(row => $"{row.Setting} = {row.Value}").Order(StringComparer.Ordinal));

    [Fact]
    public void HostJson_EveryExplanation_SaysWhatBreaksAndHowThatIsKnown() =>
        Assert.All(Explained(), row =>
        {
            Assert.True((row.TooSmall + row.TooLarge).Length > 20, $"{row.Setting}: nothing is said of what breaks.");
            Assert.Matches("^[msdc](, [msdc])*$", row.Source);
        });

    // A minute was promised, by a setting that the host refuses; 60.2 s were seen with the least that it takes.
    [Fact]
    public void HostJson_OfAKilledHost_LetsItsWorkBeRedoneWithin90Seconds()
    {
        var (takeOver, hidden, promised) = (lease + lookForLeases, Span(Storage + "controlQueueVisibilityTimeout"), TimeSpan.FromSeconds(90));
        Assert.True((hidden > takeOver ? hidden : takeOver) + Polling < promised);
        Assert.True(promised < Rules.TimerLost, "A timer counts as lost that is only late.");
    }

    [Fact]
    public void HostJson_OfWorkInFlight_IsAsTheEmbeddedRuntimePlaysIt()
    {
        var played = new DurableOptions();
        Assert.Equal(Span(Storage + "controlQueueVisibilityTimeout"), played.TurnsRedoneAfter);
        Assert.Equal(Span(Storage + "workItemQueueVisibilityTimeout"), played.ActivitiesRedoneAfter);
    }

    [Fact]
    public void HostJson_OfAKilledHost_LetsItsWebhooksBeSentAgainBeforeTheGateGivesUp() =>
        Assert.True(Span(Storage + "workItemQueueVisibilityTimeout") + Polling <= AppRules.VerdictLost);

    [Theory]
    [InlineData("controlQueueVisibilityTimeout")]
    [InlineData("workItemQueueVisibilityTimeout")]
    public void HostJson_OfWorkThatRuns_LeavesThreeChancesToRenew(string timeout) =>
        Assert.True(Span(Storage + timeout) >= 3 * renewal);

    [Fact]
    public void HostJson_OfWorkThatWaitsInTheBuffer_LeavesAMarginOfTen() =>
        Assert.True(Number(Storage + "controlQueueBufferThreshold") / OperationsPerSecond <= Span(Storage + "controlQueueVisibilityTimeout").TotalSeconds / 10);

    [Fact]
    public void HostJson_OfTimers_LetsThemBeLateByASecondAtMost() => Assert.InRange(Polling, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

    // A timer that is late only because nobody looked into an idle queue must not count as a sign that the platform was away.
    [Fact]
    public void HostJson_OfAnIdleQueue_StaysWithinTheLateLimit() =>
        Assert.True(Polling + TimeSpan.FromSeconds(1) <= TimeSpan.FromMilliseconds(Policy.Default.LateLimitMs * 2 / 3.0));

    [Fact]
    public void HostJson_OfASlowApp_LeavesActivitiesToTheOthers()
    {
        var places = Number(Durable + "maxConcurrentActivityFunctions");
        Assert.True(places >= Policy.Default.PacePerSecond * Policy.Default.WebhookTimeoutMs / 1_000.0);
        Assert.True(places >= LearnedPace.MostInFlight);
        Assert.True(places >= 2 * HealthSeats.Most);
    }

    [Theory]
    [InlineData(Storage + "partitionCount", 1, 16)]
    [InlineData(Storage + "controlQueueBatchSize", 1, 32)]
    [InlineData(Storage + "controlQueueBufferThreshold", 1, 1_000)]
    [InlineData("extensions.queues.batchSize", 1, 32)]
    public void HostJson_OfLimits_StaysWithinWhatTheServiceTakes(string setting, int least, int most) => Assert.InRange(Number(setting), least, most);

    [Theory]
    [InlineData("extendedSessionsEnabled")]
    [InlineData("samplingSettings")]
    [InlineData("extensionBundle")]
    public void HostJson_OfWhatTheHostRefusesOrIgnores_HasNothing(string name) =>
        Assert.DoesNotContain(leaves.Keys, setting => setting.Contains(name, StringComparison.OrdinalIgnoreCase));

    static TimeSpan Polling => Span(Storage + "maxQueuePollingInterval");

    static TimeSpan Span(string setting) => TimeSpan.ParseExact(leaves[setting], "c", CultureInfo.InvariantCulture);

    static int Number(string setting) => int.Parse(leaves[setting], CultureInfo.InvariantCulture);

    static Dictionary<string, string> Leaves()
    {
        using var document = JsonDocument.Parse(RepositoryFiles.Read("host.json"));
        return Under(document.RootElement, "").ToDictionary(leaf => leaf.Setting, leaf => leaf.Value);
    }

    static IEnumerable<(string Setting, string Value)> Under(JsonElement element, string path) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(property => Under(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}"))
        : [(path, element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText())];

    static List<Row> Explained() =>
    [
        .. RepositoryFiles.Read("docs/host.md").Split('\n')
            .Select(line => RowLine().Match(line))
            .Where(match => match.Success)
            .Select(match => new Row(Cell(match, 1), Cell(match, 2), Cell(match, 3), Cell(match, 4), Cell(match, 5))),
    ];

    static string Cell(Match match, int group) => match.Groups[group].Value.Trim();

    [GeneratedRegex(@"^\| `([^`]+)` \| `([^`]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$")]
    private static partial Regex RowLine();

    sealed record Row(string Setting, string Value, string TooSmall, string TooLarge, string Source);
}
