using System.ComponentModel;
using System.Diagnostics;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>The JavaScript SDK of this repository, and the app server of the drill that uses it.</summary>
static class NodeSdk
{
    static readonly string root = FindRoot();
    static readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The app server's script.</summary>
    public static string AppScript => Path.Combine(root, "samples", "Drill", "js", "app.mjs");

    static string Folder => Path.Combine(root, "sdk", "javascript");

    /// <summary>Installs and compiles the SDK unless that is done.</summary>
    /// <exception cref="DrillException">It cannot be; says what is missing.</exception>
    public static async Task PrepareAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation); // scenes are set up side by side
        try
        {
            await PrepareOnceAsync(cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    static async Task PrepareOnceAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules"))) await NpmAsync(["ci", "--no-audit", "--no-fund"], cancellation);
        if (!IsBuilt()) await NpmAsync(["run", "build"], cancellation);
    }

    static bool IsBuilt()
    {
        var built = new FileInfo(Path.Combine(Folder, "build", "src", "index.js"));
        return built.Exists && Directory.GetFiles(Path.Combine(Folder, "src")).All(source => File.GetLastWriteTimeUtc(source) <= built.LastWriteTimeUtc);
    }

    static async Task NpmAsync(string[] arguments, CancellationToken cancellation)
    {
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", arguments)
            {
                WorkingDirectory = Folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = npm.StandardError.ReadToEndAsync(cancellation);
            var output = await npm.StandardOutput.ReadToEndAsync(cancellation);
            await npm.WaitForExitAsync(cancellation);
            if (npm.ExitCode != 0) throw new DrillException($"npm {string.Join(' ', arguments)} failed in sdk/javascript: {output}{await errors}");
        }
        catch (Win32Exception e)
        {
            throw new DrillException($"the app server in JavaScript needs Node.js 20.3 or later with npm on the path: {e.Message}");
        }
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "sdk", "javascript", "package.json"))) return folder.FullName;
        }
        throw new DrillException("the folder sdk/javascript is not above the drill");
    }
}
