using Lifecycle.Azurite;

namespace Lifecycle.JavaScript.Tests;

/// <summary>The JavaScript SDK, installed and compiled once for all tests.</summary>
public sealed class JavaScriptSdk : IAsyncLifetime
{
    /// <summary>The SDK's folder in the repository.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Its test files, without path and ending.</summary>
    public static IReadOnlyList<string> TestFiles { get; } =
        [.. Directory.GetFiles(Path.Combine(Folder, "test"), "*.test.ts").Select(file => Path.GetFileName(file).Replace(".test.ts", "")).Order(StringComparer.Ordinal)];

    public async Task InitializeAsync()
    {
        await NodePackage.InstallAsync(Folder);
        var (code, output) = await NodePackage.RunAsync("npm", Folder, ["run", "build"]);
        Assert.True(code == 0, output);
        await NodePackage.InstallAsync(Path.Combine(Folder, "..", "..", "samples", "app-server-js"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Runs one file of tests, against the host of this build.</summary>
    public static Task<(int Code, string Output)> TestAsync(string name) => NodePackage.RunAsync(
        "node",
        Folder,
        ["--test", "--test-timeout=60000", $"build/test/{name}.test.js"],
        new Dictionary<string, string> { ["LIFECYCLE_HOST"] = Path.Combine(AppContext.BaseDirectory, "Lifecycle.Functions.dll") });

    static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var sdk = Path.Combine(folder.FullName, "sdk", "javascript");
            if (File.Exists(Path.Combine(sdk, "package.json")))
            {
                return sdk;
            }
        }

        throw new InvalidOperationException("The folder sdk/javascript is not above the test assembly.");
    }
}
