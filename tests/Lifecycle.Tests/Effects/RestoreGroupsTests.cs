namespace Lifecycle.Tests.Effects;

public sealed class RestoreGroupsTests
{
    static readonly RestoreGroups restore = new(["a", "b", "c", "d"], ["b", "d"], 1);

    [Fact]
    public void Beyond_AllWitnessesThere_AsksNoMore() => Assert.Equal(("", ""), Beyond());

    [Fact]
    public void Beyond_SomeMissing_AsksAboutTheOthers() => Assert.Equal(("a c", ""), Beyond("d"));

    [Fact]
    public void Beyond_NoneThere_JoinsTheOthersUnasked() => Assert.Equal(("", "a c"), Beyond("b", "d"));

    static (string Ask, string Join) Beyond(params string[] missing)
    {
        var (ask, join) = restore.Beyond([.. missing]);
        return (string.Join(' ', ask), string.Join(' ', join));
    }
}
