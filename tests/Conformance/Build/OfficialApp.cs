using System.Text.RegularExpressions;

namespace Lifecycle.Conformance.Build;

/// <summary>
/// The app, built on the official packages in folders of its own: on all of them, or, where the package source lacks SignalR's, on the
/// others with the stand-in's SignalR.
/// </summary>
/// <param name="Folder">Where it is; null when it cannot be built here.</param>
/// <param name="Lacking">The packages that the package source lacks, in one line; null for none.</param>
sealed partial record OfficialApp(string? Folder, string? Lacking)
{
    const string Project = "src/Functions";

    static readonly Lazy<Task<OfficialApp>> built = new(BuildAsync);

    /// <summary>The one that all tests run.</summary>
    public static Task<OfficialApp> Built => built.Value;

    // Throws when it does not build for another reason than a package that cannot be had.
    static async Task<OfficialApp> BuildAsync()
    {
        string? lacking = null;
        foreach (var flavour in (string[])["Official", "Mixed"])
        {
            var (restored, output) = await DotnetCli.RunAsync("restore", Project, $"-p:FunctionsSdk={flavour}", "-nodeReuse:false");
            if (restored)
            {
                return new(await BuildAsync(flavour), lacking);
            }

            lacking = LackingOf(output) ?? throw new InvalidOperationException($"{Project} cannot be restored with FunctionsSdk={flavour}:\n{output}");
        }

        return new(null, lacking);
    }

    static async Task<string> BuildAsync(string flavour)
    {
        // Without the extensions for the Functions host: it is not the one that runs here, and they are half of the build.
        var (built, output) = await DotnetCli.RunAsync(
            "build", Project, "--no-restore", "-nodeReuse:false", "-v:quiet", "-c", "Debug", $"-p:FunctionsSdk={flavour}", "-p:_FunctionsBuildEnabled=false");
        return built
            ? Path.Combine(Repository.Root, Project, "bin", flavour, "Debug", "net10.0")
            : throw new InvalidOperationException($"{Project} does not build with FunctionsSdk={flavour}:\n{output}");
    }

    static string? LackingOf(string output)
    {
        var packages = Lack().Matches(output).Select(match => match.Groups[1].Value).Distinct().Order().ToArray();
        return packages.Length == 0 ? null : string.Join(", ", packages);
    }

    [GeneratedRegex(@"error NU110[12]: Unable to find package ([\w.]+\w)")]
    private static partial Regex Lack();
}
