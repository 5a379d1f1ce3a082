using Lifecycle.Functions.Relay;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Tokens;
using Lifecycle.Fuzzing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Tests.Tokens;

/// <summary>Tokens that somebody changed: refused as damaged, whatever was done to them.</summary>
public sealed class TokenFuzzTests
{
    const int Cases = 4000;

    static readonly AppSessionId id = new("s1", TestApp.Package);

    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    readonly TokenKeys keys;
    readonly ReconnectTokens tokens;

    public TokenFuzzTests()
    {
        keys = new(new MemoryRepository(), time, NullLogger<TokenKeys>.Instance);
        tokens = new(keys, time, NullLogger<ReconnectTokens>.Instance);
    }

    [Fact]
    public void ReconnectToken_Damaged_IsInvalid() => AssertRefused(
        tokens.Issue(id, "i1", 3, "c1")!, token => tokens.Check(token, id, "i1") == TokenVerdict.Invalid, token => tokens.Check(token, id, "i1").Epoch == 3);

    [Fact]
    public void TakeOverToken_Damaged_IsInvalid() => AssertRefused(
        tokens.IssueTakeOver(id, new Invitation("n1", "i1", RunReason.HandOver))!,
        token => tokens.CheckTakeOver(token, id) == TakeOverVerdict.Invalid,
        token => tokens.CheckTakeOver(token, id).Invitation == "n1");

    [Fact]
    public void RelayTicket_Damaged_IsNotAsked()
    {
        var tickets = new RelayTickets(keys, time);
        AssertRefused(
            tickets.Issue(TestApp.Package, "c1", "ab", TimeSpan.FromSeconds(5)),
            ticket => tickets.Check(ticket, TestApp.Package, "c1") == TicketVerdict.NotAsked,
            ticket => tickets.Check(ticket, TestApp.Package, "c1").Try == "ab");
    }

    static void AssertRefused(string good, Func<string, bool> isRefused, Func<string, bool> isTaken)
    {
        foreach (var made in FuzzRun.Of(Cases, _ => []))
        {
            var damaged = Mutations.Damaged(made.Random, good);
            Assert.True(damaged == good || isRefused(damaged), $"{made}: '{damaged}' was taken for '{good}'");
        }

        Assert.True(isTaken(good));
    }
}
