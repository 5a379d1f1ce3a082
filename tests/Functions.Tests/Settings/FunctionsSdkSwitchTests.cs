using System.Diagnostics;

namespace Lifecycle.Functions.Tests.Settings;

/// <summary>Which implementation of the SDK a project takes: what is deployed must not be the stand-in.</summary>
public sealed class FunctionsSdkSwitchTests
{
    [Theory]
    [InlineData("src/Functions", "", "StandIn")]
    [InlineData("src/Functions", "-p:_IsPublishing=true", "Official")]
    [InlineData("src/Entities", "-p:_IsPublishing=true", "Official")]
    [InlineData("src/Functions", "-p:_IsPublishing=true -p:FunctionsSdk=StandIn", "StandIn")]
    [InlineData("samples/AppServer", "-p:_IsPublishing=true", "StandIn")]
    [InlineData("src/Functions", "-p:_IsPublishing=true -p:SolutionPath=Lifecycle.sln", "StandIn")]
    public async Task FunctionsSdk_ByProjectAndCommand_IsTheOneThatSuitsIt(string project, string options, string expected)
    {
        var start = new ProcessStartInfo("dotnet", $"msbuild {project} -getProperty:FunctionsSdk -nodeReuse:false {options}")
        {
            WorkingDirectory = RepositoryFiles.Root,
            RedirectStandardOutput = true,
        };
        // What the build that runs the tests has set is not meant for this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || name == "FunctionsSdk").ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(expected, output.Trim());
    }
}
