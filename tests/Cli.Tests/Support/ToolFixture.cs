using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>Packs the tool, as it is built, into a folder, and installs it from there alone.</summary>
public sealed class ToolFixture : IAsyncLifetime
{
    // Neither the settings of whoever runs the tests nor where the tests' own host is.
    static readonly string[] foreign = ["ASPNETCORE_", "Embedded", "Lifecycle", "AzureSignalR", "AzureWebJobs"];

    public string Folder { get; } = Directory.CreateTempSubdirectory("lifecycle-tool-").FullName;

    public string Package => Directory.GetFiles(Path.Combine(Folder, "feed"), "*.nupkg").Single();

    public async Task InitializeAsync()
    {
        // The tests may be built in another configuration than Debug.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var feed = Path.Combine(Folder, "feed");
        await DotnetAsync("pack", Path.Combine(Repository.Root, "tools", "cli"), "--no-build", "-c", configuration, "-o", feed, "-v", "q");
        await File.WriteAllTextAsync(Path.Combine(Folder, "nuget.config"), $"<configuration><packageSources><clear /><add key=\"folder\" value=\"{feed}\" /></packageSources></configuration>");
        await DotnetAsync("tool", "install", "Lifecycle.Cli", "--tool-path", Path.Combine(Folder, "bin"), "--configfile", Path.Combine(Folder, "nuget.config"));
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Starts it in the folder.</summary>
    internal ToolProcess Start(params string[] args) => new(StartInfo(Path.Combine(Folder, "bin", OperatingSystem.IsWindows() ? "lifecycle.exe" : "lifecycle"), args));

    /// <summary>What it prints, when it does as it is told.</summary>
    internal async Task<string> RunAsync(string url, params string[] args)
    {
        await using var process = Start([.. args, "--url", url]);
        var code = await process.EndAsync();
        return code == 0 ? process.Out : throw new InvalidOperationException($"lifecycle {args[0]} ended with {code}: {process.Error}");
    }

    async Task DotnetAsync(params string[] args)
    {
        await using var process = new ToolProcess(StartInfo(Dotnet, args));
        var code = await process.EndAsync();
        Assert.True(code == 0, $"dotnet {args[0]} ended with {code}: {process.Out}{process.Error}");
    }

    ProcessStartInfo StartInfo(string file, string[] args)
    {
        var start = new ProcessStartInfo(file, args) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(key => foreign.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToArray()) start.Environment.Remove(name);
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(Dotnet);
        start.Environment["DOTNET_NOLOGO"] = "1";
        return start;
    }

    /// <summary>The dotnet that runs the tests: it may not be on the path.</summary>
    static string Dotnet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
