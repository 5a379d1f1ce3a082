using System.Text.RegularExpressions;
using Lifecycle.Azurite;

namespace Lifecycle.JavaScript.Tests;

/// <summary>The tests of the console, which Node runs: in Chromium, against a fake API and against the host of this build.</summary>
[Collection(nameof(JavaScriptSdk))]
public sealed partial class ConsoleTests
{
    static readonly string folder = Path.Combine(JavaScriptSdk.Folder, "..", "..", "tests", "JavaScript.Tests", "console");

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(folder, "*.test.mjs").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_tests_of_the_console_pass(string file)
    {
        await NodePackage.InstallAsync(folder);
        var (code, output) = await NodePackage.RunAsync(
            "node",
            folder,
            ["--test", "--test-timeout=300000", file],
            new Dictionary<string, string> { ["LIFECYCLE_HOST"] = Path.Combine(AppContext.BaseDirectory, "Lifecycle.Functions.dll") });
        Assert.True(code == 0, output);
        Assert.True(int.Parse(Passed().Match(output).Groups[1].Value) > 0, output);
    }

    [GeneratedRegex(@"^# pass (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Passed();
}
