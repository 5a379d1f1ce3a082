using Lifecycle.Cli.Display;
using Lifecycle.Cli.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Cli.Tests;

/// <summary>Colours, widths and zones.</summary>
public sealed class LookTests
{
    const string Sessions = "{\"items\":[{\"sessionId\":\"s1\",\"packageName\":\"p\",\"state\":\"EVICTED\",\"since\":\"2026-01-01T03:00:00Z\",\"reason\":\"horizon_over\",\"blame\":\"app\",\"epoch\":1}],\"looked\":1}";

    static readonly TimeZoneInfo berlin = TimeZoneInfo.CreateCustomTimeZone("there", TimeSpan.FromHours(2), "there", "there");

    static FakeTimeProvider Clock()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 4, 0, 0, TimeSpan.Zero));
        time.SetLocalTimeZone(berlin);
        return time;
    }

    [Fact]
    public async Task Output_Redirected_HasNoColourAndWholeLines()
    {
        await using var host = await FakeHost.StartAsync(_ => new FakeAnswer(200, Sessions));

        var result = await new CommandLine { Url = host.Url, Time = Clock() }.DoneAsync("sessions");

        var lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.DoesNotContain('\u001b', result.Out);
        Assert.Equal(2, lines.Length);
        Assert.Equal("Session  App  State    Since (UTC+02:00)    Reason        Fault  Webhooks  Deadline  Process", lines[0].TrimEnd());
        Assert.Equal("s1       p    EVICTED  2026-01-01 05:00:00  horizon_over  app", lines[1].TrimEnd());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("1", false)]
    public async Task Output_OnATerminal_IsColouredUnlessNoColorIsSet(string noColor, bool coloured)
    {
        await using var host = await FakeHost.StartAsync(_ => new FakeAnswer(200, Sessions));
        var cli = new CommandLine { Url = host.Url, Terminal = 120, Variables = new() { ["NO_COLOR"] = noColor, ["TERM"] = "xterm-256color" } };

        var result = await cli.DoneAsync("sessions", "--utc");

        if (!coloured) Assert.DoesNotContain('\u001b', result.Out);
        Assert.Contains("2026-01-01 03:00:00", result.Out);
        Assert.All(result.Out.Split('\n'), line => Assert.True(line.Length <= 120 || coloured, line));
        Assert.Equal(coloured, new CliWorld { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, IsOutputTerminal = true, Variable = name => cli.Variables.GetValueOrDefault(name) }.IsColoured);
    }

    // An id with escapes in it moved the cursor of whoever listed sessions; one with a line end looked like a row of its own.
    [Fact]
    public async Task Table_ControlCharactersOfOthers_DoNotReachTheTerminal()
    {
        await using var host = await FakeHost.StartAsync(_ => new FakeAnswer(200, Sessions.Replace("horizon_over", "\\u001b[2Jgone\\u0007\\nforged")));

        var shown = (await new CommandLine { Url = host.Url, Time = Clock() }.DoneAsync("sessions")).Out;

        Assert.DoesNotContain(shown, c => char.IsControl(c) && c != '\n');
        Assert.Contains("gone\ufffd forged", shown);
        Assert.Equal(2, shown.TrimEnd('\n').Split('\n').Length);
    }

    [Theory]
    [InlineData("2026-01-01T03:00:00Z", "2026-01-01T03:00:00Z")]
    [InlineData("2026-01-01T03:00:00.5+01:00", "2026-01-01T02:00:00.5Z")]
    [InlineData("2026-01-01T03:00", "2026-01-01T01:00:00Z")]
    [InlineData("2026-01-01 03:00:00", "2026-01-01T01:00:00Z")]
    [InlineData("03:00", "2026-01-01T01:00:00Z")]
    [InlineData("03:00:07", "2026-01-01T01:00:07Z")]
    public void ReadMoment_WithAndWithoutZone_IsThatOfWhoTypesIt(string typed, string read) => Assert.Equal(read, Display.Clock.Wire(new Display.Clock(Clock(), utc: false).Read("--at", typed)));

    [Fact]
    public void ReadMoment_InUtc_IsUtc() => Assert.Equal("2026-01-01T03:00:00Z", Display.Clock.Wire(new Display.Clock(Clock(), utc: true).Read("--at", "03:00")));

    [Fact]
    public void Printable_ControlCharacters_AreReplaced() => Assert.Equal("a\ufffdb c\nd", Screen.Printable("a\u001bb\tc\nd"));
}
