using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Lifecycle.Infra.Tests.Templates;

/// <summary>The Bicep CLI, on a copy of the infrastructure: a snapshot is written beside its parameters.</summary>
sealed class Bicep : IDisposable
{
    const string Subscription = "00000000-0000-0000-0000-000000000001";

    readonly string folder = Directory.CreateTempSubdirectory("lifecycle-infra-").FullName;

    public Bicep()
    {
        foreach (var file in Directory.GetFiles(Source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        // Packages do not carry the permission to execute.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Metadata("BicepPath"), File.GetUnixFileMode(Metadata("BicepPath")) | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Whether the package's CLI runs on this machine.</summary>
    public static bool Runs => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>The infrastructure's folder in the repository.</summary>
    public static string Source => Path.Combine(Metadata("RepoRoot"), "infra");

    /// <summary>Every Bicep file, relative to <see cref="Source"/>.</summary>
    public static IEnumerable<string> Files => Directory.GetFiles(Source, "*.bicep", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Source, file));

    /// <summary>The compiled template.</summary>
    public JsonElement Build(string file) => JsonSerializer.Deserialize<JsonElement>(Run([], "build", Path.Combine(folder, file), "--stdout").Output);

    /// <summary>What the CLI has to say against a file; empty when nothing.</summary>
    public string Complaints(string command, string file)
    {
        var (code, output, errors) = TryRun([], command, Path.Combine(folder, file), command == "build" ? "--stdout" : "--no-restore");
        return (code == 0 ? "" : $"exit code {code} ") + errors + (command == "lint" ? output : "");
    }

    /// <summary>What a file of parameters would deploy, as far as it is known beforehand.</summary>
    public JsonElement Snapshot(string parameters, params (string Name, string Value)[] environment)
    {
        var path = Path.Combine(folder, "bicep", parameters);
        Run(environment, "snapshot", path, "--mode", "overwrite", "--subscription-id", Subscription, "--location", "westeurope");
        return ReadSnapshot(path);
    }

    /// <summary>What one module by itself would deploy.</summary>
    /// <param name="module">Its file in the folder of modules.</param>
    /// <param name="parameters">Lines of a file of parameters.</param>
    public JsonElement SnapshotOfModule(string module, params string[] parameters)
    {
        var path = Path.Combine(folder, "bicep", $"{module}.test.bicepparam");
        File.WriteAllLines(path, [$"using 'modules/{module}'", .. parameters]);
        Run([], "snapshot", path, "--mode", "overwrite", "--subscription-id", Subscription, "--resource-group", "rg-test");
        return ReadSnapshot(path);
    }

    static JsonElement ReadSnapshot(string path) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.ChangeExtension(path, ".snapshot.json")));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static string Metadata(string key) => typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    static (string Output, string Errors) Run((string Name, string Value)[] environment, params string[] arguments)
    {
        var (code, output, errors) = TryRun(environment, arguments);
        return code == 0 ? (output, errors) : throw new InvalidOperationException($"bicep {string.Join(' ', arguments)} ended with {code}: {errors}");
    }

    static (int Code, string Output, string Errors) TryRun((string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Metadata("BicepPath"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}

/// <summary>A test that needs the Bicep CLI, which its package has for Linux on x64 only.</summary>
sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = Bicep.Runs ? null : "The Bicep CLI of the package runs on Linux on x64 only.";
}
