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
    public void TryParse_AnythingElse_IsRefused(string? key) => Assert.False(AppSessionId.TryParse(key, out _));

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
