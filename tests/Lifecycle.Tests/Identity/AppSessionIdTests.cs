namespace Lifecycle.Tests.Identity;

public sealed class AppSessionIdTests
{
    [Theory]
    [InlineData("s1:com.example.notes", "s1", "com.example.notes")]
    [InlineData("user@example.com:a+b_c-d", "user@example.com", "a+b_c-d")]
    public void TryParse_ValidKey_GivesBothParts(string key, string session, string package)
    {
        Assert.True(AppSessionId.TryParse(key, out var id));
        Assert.Equal((session, package, key), (id.SessionId, id.PackageName, id.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("s1")]
    [InlineData(":p")]
    [InlineData("s1:")]
    [InlineData("s1:p:q")]
    [InlineData("s 1:p")]
    [InlineData("s/1:p")]
    [InlineData("sé:p")]
    [InlineData("s1:p\n")]
    [InlineData(".:p")]
    [InlineData("..:p")]
    [InlineData("s1:..")]
    public void TryParse_AnythingElse_IsRefused(string? key) => Assert.False(AppSessionId.TryParse(key, out _));

    // '..' was taken as a session id. POST /api/sessions/../apps/P/revive is the address of the app-wide revive, so it was that which was called.
    [Theory]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("...", true)]
    [InlineData(".a", true)]
    [InlineData("a..", true)]
    public void IsValid_OfDots_IsFalseWhereAnAddressWouldMeanAnother(string text, bool valid) => Assert.Equal(valid, Identifiers.IsValid(text));

    [Theory]
    [InlineData("..", false)]
    [InlineData("a/../b", false)]
    [InlineData("./a", false)]
    [InlineData("a/.", false)]
    [InlineData("a/..b", true)]
    [InlineData("a..b", true)]
    public void IsValidStream_OfDotsBetweenSlashes_IsFalse(string text, bool valid) => Assert.Equal(valid, Identifiers.IsValidStream(text));

    // Versions before took it: the sweep must go on to find the session, and the others behind it.
    [Fact]
    public void Parse_OfAKeyThatWasStoredBefore_GivesBothParts() => Assert.Equal(new AppSessionId("..", "."), AppSessionId.Parse("..:."));

    [Fact]
    public void IsValid_AtTheLengthLimit()
    {
        Assert.True(Identifiers.IsValid(new string('a', 128)));
        Assert.False(Identifiers.IsValid(new string('a', 129)));
        Assert.False(Identifiers.IsValid(""));
        Assert.True(Identifiers.IsValidStream("audio/en:raw"));
        Assert.False(Identifiers.IsValidStream("audio en"));
    }
}
