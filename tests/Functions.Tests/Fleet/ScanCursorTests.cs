using Lifecycle.Functions.Fleet;
using Lifecycle.Functions.Http;

namespace Lifecycle.Functions.Tests.Fleet;

public sealed class ScanCursorTests
{
    static readonly ScanCursor behindD = new("t1", "d", 4);

    [Fact]
    public void Read_OfItsText_IsTheSamePlace()
    {
        var text = behindD.ToText("state=RUNNING");
        Assert.Equal(behindD, ScanCursor.Read(text, "state=RUNNING") with { Check = null });
        Assert.Equal(ScanCursor.Beginning, ScanCursor.Read(null, ""));
        Assert.Matches("^[A-Za-z0-9_-]+$", text);
    }

    [Fact]
    public void Read_OfTheCursorOfAnotherList_IsRefused() =>
        Assert.Equal("invalid_query", Assert.Throws<InputException>(() => ScanCursor.Read(behindD.ToText("state=RUNNING"), "state=STOPPED")).Code);

    [Fact]
    public void Read_OfATextThatWasCutOrChanged_IsRefused()
    {
        var text = behindD.ToText("");
        for (var length = 1; length < text.Length; length++)
        {
            Assert.Throws<InputException>(() => ScanCursor.Read(text[..length], ""));
        }

        for (var at = 0; at < text.Length; at++)
        {
            var changed = text[..at] + (text[at] == 'A' ? 'Q' : 'A') + text[(at + 1)..];
            Assert.Throws<InputException>(() => ScanCursor.Read(changed, ""));
        }
    }

    [Theory]
    [InlineData("a b c d e", 4)]
    [InlineData("a b c e", 3)] // the last one told is gone
    [InlineData("a aa b bb c d e", 6)] // others came before it
    [InlineData("e f", 0)]
    [InlineData("a b c", 3)]
    [InlineData("", 0)]
    public void PlaceIn_OfAPageInTheOrderOfKeys_IsBehindTheKey(string keys, int place) =>
        Assert.Equal(place, behindD.PlaceIn(keys.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    // Nothing says in which order other backends list.
    [Theory]
    [InlineData("z d a b", 2)]
    [InlineData("z y a b e", 4)]
    [InlineData("z y", 2)]
    public void PlaceIn_OfAPageInAnotherOrder_IsBehindTheKeyOrTheNumber(string keys, int place) => Assert.Equal(place, behindD.PlaceIn(keys.Split(' ')));

    [Fact]
    public void OnPage_OfAPageThatNowEndsBeforeTheKey_StillGoesOnBehindIt()
    {
        Assert.Equal(new ScanCursor("t2", "d"), behindD.OnPage("t2", ["a", "b", "c"]));
        Assert.Equal(new ScanCursor("t2"), behindD.OnPage("t2", ["a", "d"]));
        Assert.Equal(new ScanCursor("t2"), behindD.OnPage("t2", ["a", "e"]));
        Assert.Equal(new ScanCursor("t2"), behindD.OnPage("t2", ["z", "a"]));
    }
}
