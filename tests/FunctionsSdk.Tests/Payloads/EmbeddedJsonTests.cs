using Lifecycle.Local.FunctionsSdk.DurableTask;

namespace Lifecycle.FunctionsSdk.Tests.Payloads;

/// <summary>Payloads are written as the isolated worker's serializer writes them, so that what is lost there is lost here.</summary>
public sealed class EmbeddedJsonTests
{
    [Fact]
    public void Write_AValue_KeepsItsPropertiesAsTheyAreNamedAndNoFields() =>
        Assert.Equal("""{"Shown":1}""", EmbeddedJson.Write(new Both { Shown = 1, hidden = 2 }));

    [Theory]
    [InlineData("""{"Shown":1}""")]
    [InlineData("""{"shown":1}""")]
    [InlineData("""{"SHOWN":1,"hidden":2}""")]
    public void Read_AText_LooksAtPropertiesWithoutCaseAndAtNoFields(string json)
    {
        var read = EmbeddedJson.Read<Both>(json)!;
        Assert.Equal((1, 0), (read.Shown, read.hidden));
    }

    [Fact]
    public void Write_ATuple_WritesNothingOfIt() => Assert.Equal("{}", EmbeddedJson.Write((1, 2)));

    sealed class Both
    {
        public int Shown { get; set; }

        public int hidden;
    }
}
