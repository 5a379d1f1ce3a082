using System.Xml.Linq;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Tokens;
using Lifecycle.Local.Durable;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Functions.Tests.Tokens;

public sealed class TokenKeysTests
{
    static readonly AppSessionId id = new("s1", "p1");
    readonly VirtualTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    readonly MemoryRepository place = new();

    ReconnectTokens Instance(IXmlRepository? at = null) =>
        new(new TokenKeys(at ?? place, time, NullLogger<TokenKeys>.Instance), time, NullLogger<ReconnectTokens>.Instance);

    void Pass(TimeSpan span) => time.Run(() => Task.Delay(span, time));

    [Fact]
    public void Check_OfATokenOfAnotherInstance_KnowsItsKey()
    {
        var token = Instance().Issue(id, "i1", 7, "c1")!;
        Assert.Equal(new TokenVerdict(null, 7, "i1", "c1"), Instance().Check(token, id, "i1"));
    }

    [Fact]
    public void Current_AfterThirtyDays_IsANewKeyAndTheOldOneIsGoodUntilItsTokensExpire()
    {
        var tokens = Instance();
        Pass(TokenKeys.Signs - TimeSpan.FromHours(1));
        tokens.Issue(id, "i1", 1, "c1"); // made at the first use, so it signs on
        Pass(TimeSpan.FromDays(29));
        var old = tokens.Issue(id, "i1", 1, "c1")!;
        Pass(TimeSpan.FromDays(2));
        var young = tokens.Issue(id, "i1", 2, "c1")!;
        Assert.NotEqual(old.Split('.')[1], young.Split('.')[1]);
        Assert.Null(tokens.Check(old, id, "i1").Refusal);
        Pass(TimeSpan.FromDays(5.1));
        Assert.Equal("reconnect_token_expired", tokens.Check(old, id, "i1").Refusal);
        Pass(TimeSpan.FromDays(4));
        Assert.Equal("reconnect_token_invalid", tokens.Check(old, id, "i1").Refusal);
    }

    [Fact]
    public void Find_OfNonsense_DoesNotReadThePlaceEveryTime()
    {
        var counting = new Counting(place);
        var tokens = Instance(counting);
        tokens.Issue(id, "i1", 1, "c1");
        Pass(TimeSpan.FromSeconds(10));
        var before = counting.Reads;
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("reconnect_token_invalid", tokens.Check($"lrt1.{i}.b.c", id, "i1").Refusal);
        }

        Assert.Equal(before + 1, counting.Reads);
    }

    [Fact]
    public void Issue_WhenThePlaceCannotBeRead_GivesNone() => Assert.Null(Instance(new Broken()).Issue(id, "i1", 1, "c1"));

    [Theory]
    [InlineData("")]
    [InlineData("lrt1")]
    [InlineData("lrt1...")]
    [InlineData("lrt2.a.b.c")]
    [InlineData("lrt1.a.b.c.d")]
    [InlineData("lrt1.a.b.ü")]
    public void Check_OfWhatIsNoToken_SaysSo(string text) => Assert.Equal("reconnect_token_invalid", Instance().Check(text, id, "i1").Refusal);

    [Fact]
    public void Check_OfEveryTokenWithOneCharacterChanged_RefusesIt()
    {
        var tokens = Instance();
        var token = tokens.Issue(id, "i1", 7, "c1")!;
        // The last character of each part in base64url has bits that do not count.
        var loose = new[] { token.Length - 1, token.LastIndexOf('.') - 1 };
        foreach (var i in Enumerable.Range(0, token.Length).Except(loose))
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.Equal("reconnect_token_invalid", tokens.Check(changed, id, "i1").Refusal);
        }
    }

    sealed class Counting(IXmlRepository real) : IXmlRepository
    {
        public int Reads { get; private set; }

        public IReadOnlyCollection<XElement> GetAllElements()
        {
            Reads++;
            return real.GetAllElements();
        }

        public void StoreElement(XElement element, string friendlyName) => real.StoreElement(element, friendlyName);
    }

    sealed class Broken : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => throw new IOException("away");

        public void StoreElement(XElement element, string friendlyName) => throw new IOException("away");
    }
}
