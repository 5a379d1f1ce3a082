using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Json.Schema;
using Lifecycle.Doctor.Tests.Support;
using Lifecycle.Doctor.Tests.WireData;

namespace Lifecycle.Doctor.Tests.Reports;

public class ReportTests
{
    const string SchemaFile = "docs/doctor-report.schema.json";

    static readonly Check must = CheckList.All.First(check => check.Level == CheckLevel.Must), should = CheckList.All.First(check => check.Level == CheckLevel.Should);

    [Fact]
    public void ExitCode_OnlyAMustThatFailed_IsOne()
    {
        Assert.Equal(0, Report(Result(must, CheckVerdict.Pass), Result(should, CheckVerdict.Fail), Result(must, CheckVerdict.Skipped)).ExitCode);
        Assert.Equal(1, Report(Result(must, CheckVerdict.Fail), Result(should, CheckVerdict.Pass)).ExitCode);
    }

    [Fact]
    public void Json_SchemaOfTheReport_IsGeneratedFromTheCodeAndMet()
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$id"] = "urn:lifecycle:doctor:report", ["title"] = "What lifecycle doctor --json writes." };
        foreach (var (key, value) in JsonReport.Options.GetJsonSchemaAsNode(typeof(DoctorReport), new() { TreatNullObliviousAsNonNullable = true }).AsObject()) schema[key] = value?.DeepClone();
        Repository.IsGenerated(SchemaFile, schema.ToJsonString(new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");
        var report = Schemas.Parse(JsonReport.Write(Report(Result(must, CheckVerdict.Fail), Result(should, CheckVerdict.Skipped))));
        Assert.Empty(Schemas.FaultsOf(JsonSchema.FromText(schema.ToJsonString()), report));
        Assert.Equal(("fail", "must", 1), (report.GetProperty("results")[0].GetProperty("verdict").GetString(), report.GetProperty("results")[0].GetProperty("level").GetString(), report.GetProperty("exitCode").GetInt32()));
    }

    /// <summary>What an app server names itself is its own choice: a name with a script in it ran in the browser of whoever opened the report.</summary>
    [Fact]
    public void Html_WhatTheAppSaid_IsEscaped()
    {
        var page = HtmlReport.Write(Report(Result(must, CheckVerdict.Fail, "<script>alert('i1')</script> & \"more\"")), new Uri("https://code.example/main/"));
        Assert.DoesNotContain("<script", page);
        Assert.Contains("&lt;script&gt;alert(&#39;i1&#39;)&lt;/script&gt; &amp; &quot;more&quot;", page);
        Assert.Contains($"href=\"https://code.example/main/docs/wire.md#{must.Rule.Anchor}\"", page);
        Assert.Contains("default-src 'none'", page);
        Assert.DoesNotContain("href", HtmlReport.Write(Report(Result(must, CheckVerdict.Pass))));
    }

    [Fact]
    public void Terminal_WhatFailed_IsToldWithItsRule()
    {
        var text = Terminal.Of(Report(Result(must, CheckVerdict.Fail, "[red]none[/]"), Result(should, CheckVerdict.Pass), Result(should, CheckVerdict.Skipped, "only one secret is given")));
        Assert.Contains($"✗ MUST {must.Id}", text);
        Assert.Contains("[red]none[/]", text);
        Assert.Contains(must.Rule.Link, text);
        Assert.Contains("1 skipped: only one secret is given", text);
        Assert.Contains("1 of 3 checks passed, 1 MUST and 0 SHOULD failed, 1 skipped", text);
    }

    [Fact]
    public async Task Command_NobodyAtTheAddress_ExitsWithThreeAndSaysWhatToDo()
    {
        var output = new StringWriter();
        var arguments = new DoctorArguments(Keys.Options with { Patience = TimeSpan.Zero }, null, null, null, false);
        Assert.Equal(DoctorCommand.NotThere, await DoctorCommand.RunAsync(arguments, Terminal.On(output), TextWriter.Null));
        Assert.Contains("Nobody listens at http://127.0.0.1:9/lifecycle", output.ToString());
    }

    // After 40 s of checks the doctor found that it could not write there, and all of it was for nothing.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Command_PlaceThatCannotBeWritten_IsToldBeforeAnythingIsPlayed(bool isJson)
    {
        var place = Path.Combine(Path.GetTempPath(), $"doctor-{Guid.NewGuid():n}", "report");
        var output = new StringWriter();
        var arguments = new DoctorArguments(Keys.Options with { Patience = TimeSpan.Zero }, isJson ? place : null, isJson ? null : place, null, false);
        Assert.Equal(DoctorCommand.BadUsage, await DoctorCommand.RunAsync(arguments, Terminal.On(output), TextWriter.Null));
        Assert.Contains(place, output.ToString());
    }

    [Fact]
    public async Task Command_NoReport_LeavesFilesAsTheyWere()
    {
        var (old, made) = (Path.GetTempFileName(), Path.Combine(Path.GetTempPath(), $"doctor-{Guid.NewGuid():n}"));
        await File.WriteAllTextAsync(old, "of yesterday");
        var arguments = new DoctorArguments(Keys.Options with { Patience = TimeSpan.Zero }, old, made, null, false);
        Assert.Equal(DoctorCommand.NotThere, await DoctorCommand.RunAsync(arguments, Terminal.On(TextWriter.Null), TextWriter.Null));
        Assert.Equal("of yesterday", await File.ReadAllTextAsync(old));
        Assert.False(File.Exists(made));
        File.Delete(old);
    }

    // An address that is not of this machine ended in a stack trace.
    [Theory]
    [InlineData("http://192.0.2.1:7075")]
    [InlineData(null)]
    public async Task Command_AddressThatCannotBeHad_ExitsWithTwoAndSaysWhatToDo(string? address)
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var output = new StringWriter();
        var options = Keys.Options with { Listen = new Uri(address ?? $"http://{taken.LocalEndpoint}") };
        Assert.Equal(DoctorCommand.BadUsage, await DoctorCommand.RunAsync(new DoctorArguments(options, null, null, null, false), Terminal.On(output), TextWriter.Null));
        Assert.Contains($"The doctor cannot listen at {options.Listen.GetLeftPart(UriPartial.Authority)}", output.ToString());
        Assert.Contains("--listen", output.ToString());
    }

    [Fact]
    public async Task Command_CtrlCBeforeTheAppIsThere_ExitsAsShellsHaveIt()
    {
        using var interrupt = new CancellationTokenSource();
        var arguments = new DoctorArguments(Keys.Options, null, null, null, false);
        var running = DoctorCommand.RunAsync(arguments, Terminal.On(TextWriter.Null), TextWriter.Null, interrupt.Token);
        await interrupt.CancelAsync();
        Assert.Equal(DoctorCommand.Interrupted, await running);
    }

    /// <summary>A handshake, a header or a name with escapes in it cleared the terminal, or wrote a verdict of its own.</summary>
    [Fact]
    public void Terminal_ControlCharactersOfTheApp_DoNotReachIt()
    {
        var result = Result(must, CheckVerdict.Fail, "\u001b[2J\n\u0007✓ all good\u009b1m") with { Moments = [new Moment(1, "the app sent \u001b]0;x")] };
        var text = Terminal.Of(Report(result, Result(should, CheckVerdict.Skipped, "\u001b[1A")), verbose: true);
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.Contains("seen      \ufffd[2J \ufffd✓ all good\ufffd1m", text);
    }

    static DoctorReport Report(params CheckResult[] results) => new(Keys.Package, "http://127.0.0.1:9/lifecycle", DateTimeOffset.UnixEpoch, 40_000, 2, true, results);

    static CheckResult Result(Check check, CheckVerdict verdict, string seen = "something") =>
        CheckResult.Of(check, verdict, "something else", seen, TimeSpan.FromSeconds(1), [new Moment(1, "the app said <something>")]);
}
