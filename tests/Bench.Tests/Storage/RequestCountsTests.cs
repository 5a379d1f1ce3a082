using Lifecycle.Bench.Storage;

namespace Lifecycle.Bench.Tests.Storage;

public sealed class RequestCountsTests
{
    [Fact]
    public void Since_TakesAwayWhatWasThereBefore_KindByKind()
    {
        var since = Of((StorageRequest.PutMessage, 5), (StorageRequest.EmptyPoll, 9), (StorageRequest.Leases, 1)).Since(Of((StorageRequest.PutMessage, 2), (StorageRequest.EmptyPoll, 4)));
        Assert.Equal((9, 5, 3), (since.Total, since.Polls, since.Working.Total));
    }

    [Fact]
    public void Per_AndAnd_AreSumsAndShares() =>
        Assert.Equal(2.5, Of((StorageRequest.PutMessage, 4)).And(Of((StorageRequest.PutMessage, 1), (StorageRequest.DeleteMessage, 5))).Per(4).Total);

    [Fact]
    public void ToString_NamesTheMostFirstAndNothingThatWasNotAsked() =>
        Assert.Equal("3: 2 put message, 1 delete message", Of((StorageRequest.DeleteMessage, 1), (StorageRequest.PutMessage, 2), (StorageRequest.ReadHistory, 0)).ToString());

    static RequestCounts Of(params (string Kind, int Count)[] counts) => RequestCounts.Of(counts.Select(pair => KeyValuePair.Create(pair.Kind, pair.Count)));
}
