using Lifecycle.Functions.Commands;

namespace Lifecycle.Functions.Tests.Commands;

public sealed class CommandTests
{
    static readonly AppSessionId id = new("s1", "p");

    [Fact]
    public void Parse_EveryType_KeepsWhatItCarries()
    {
        Assert.Equal(new Command(CommandType.Start, id, null, false), Parse("start"));
        Assert.Equal(new Command(CommandType.Start, id, null, true), Parse("start", ""","foreground":true"""));
        Assert.Equal(new Command(CommandType.Stop, id, "enough", false), Parse("stop", ""","reason":"enough" """));
        Assert.Equal(new Command(CommandType.Revive, id, null, false), Parse("revive"));
    }

    static Command Parse(string type, string more = "") =>
        Command.Parse($$"""{"type":"{{type}}","sessionId":"s1","packageName":"p"{{more}}}""");
}
