using Lifecycle.Local.Durable;

namespace Lifecycle.DurableRuntime.Tests.Storage;

public sealed class SequenceRunsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("7", "7-7")]
    [InlineData("3 1 2", "1-3")]
    [InlineData("5 1 2 9 4", "1-2 4-5 9-9")]
    [InlineData("2 2 3", "2-3")]
    public void Of_Numbers_AreRunsWithoutAGap(string numbers, string runs) => Assert.Equal(runs, string.Join(' ', SequenceRuns.Of(
        [.. numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)]).Select(run => $"{run.First}-{run.Last}")));
}
