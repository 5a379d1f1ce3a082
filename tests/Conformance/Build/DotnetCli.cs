using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lifecycle.Conformance.Build;

/// <summary>The dotnet that runs the tests: it may not be on the path.</summary>
static class DotnetCli
{
    public static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>Runs a command of the CLI in the repository's root.</summary>
    public static async Task<(bool Succeeded, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path, arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
        // What the build that runs the tests has set is not meant for this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || name == "FunctionsSdk").ToArray())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode == 0, output);
    }
}
