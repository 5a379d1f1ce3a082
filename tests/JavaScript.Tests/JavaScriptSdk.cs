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
        await NodePackage.BuildAsync(Folder, Path.Combine("build", "src", "index.js"), "src", "test");
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

/// <summary>Its tests and those of the console run one after the other: the console's app servers are made of it.</summary>
[CollectionDefinition(nameof(JavaScriptSdk))]
public sealed class JavaScriptSdkCollection : ICollectionFixture<JavaScriptSdk>;
