using Lifecycle.Sdk.Sessions;

namespace Lifecycle.Sdk.Tests.Sessions;

public class DoneLedgerTests
{
    readonly DoneLedger _ledger = new();

    public DoneLedgerTests() => _ledger.Begin(4);

    [Fact]
    public void Take_NothingHandled_SaysWhereTheOrderBegan() => Assert.Equal((4, 0), Say(_ledger.Take()));

    [Fact]
    public void Take_SomeHandled_SaysTheLastAndForgetsThem()
    {
        Handle(5, 6, 9);
        Assert.Equal((9, 3), Say(_ledger.Take()));
        Assert.Equal((9, 0), Say(_ledger.Take()));
    }

    [Fact]
    public void Take_MoreFailuresThanOneBatchHolds_EndsWithTheLastThatFits()
    {
        Handle(5);
        for (var seq = 6; seq < 36; seq++) _ledger.Handle(_ledger.Order, new HandledMessage(seq, "E: no"));
        Assert.Equal((25, 21), Say(_ledger.Take()));
        Assert.Equal((35, 10), Say(_ledger.Take()));
    }

    [Fact]
    public void PutBack_BatchThatWasNotTold_GoesFirst()
    {
        Handle(5, 6);
        var batch = _ledger.Take();
        Handle(7);
        _ledger.PutBack(batch);
        Assert.Equal([5, 6, 7], _ledger.Take().Handled.Select(message => message.Seq));
    }

    [Fact]
    public void Begin_NewOrder_ForgetsWhatIsUntoldAndWhatComesLateOfTheOld()
    {
        Handle(5);
        var (old, batch) = (_ledger.Order, _ledger.Take());
        Handle(6);
        _ledger.Begin(0);
        _ledger.PutBack(batch);
        Assert.False(_ledger.Handle(old, new HandledMessage(7, null)));
        Assert.Equal((0, 0), Say(_ledger.Take()));
    }

    [Fact]
    public void Handle_NobodyTakes_KeepsABoundedNumber()
    {
        for (var seq = 5; seq < 5_000; seq++) Handle(seq);
        Assert.Equal((4_999, DoneLedger.MaxUntold), Say(_ledger.Take()));
    }

    void Handle(params long[] seqs)
    {
        foreach (var seq in seqs) Assert.True(_ledger.Handle(_ledger.Order, new HandledMessage(seq, null)));
    }

    static (long Seq, int Count) Say(DoneBatch batch) => (batch.Seq, batch.Handled.Count);
}
