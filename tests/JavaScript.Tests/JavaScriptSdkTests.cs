using System.Text.RegularExpressions;

namespace Lifecycle.JavaScript.Tests;

[Collection(nameof(JavaScriptSdk))]
public sealed partial class JavaScriptSdkTests
{
    public static TheoryData<string> Files() => [.. JavaScriptSdk.TestFiles];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_tests_of_the_JavaScript_SDK_pass(string file)
    {
        var (code, output) = await JavaScriptSdk.TestAsync(file);
        Assert.True(code == 0, output);
        // A file without tests would pass as well.
        Assert.True(int.Parse(Passed().Match(output).Groups[1].Value) > 0, output);
    }

    [GeneratedRegex(@"^# pass (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Passed();
}
