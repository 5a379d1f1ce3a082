using System.ComponentModel;
using System.Diagnostics;

namespace Lifecycle.Azurite;

/// <summary>An npm package in a folder of the repository: installed once, by whichever test process comes first.</summary>
public static class NodePackage
{
    static readonly TimeSpan patience = TimeSpan.FromMinutes(3);

    /// <summary>Installs what package-lock.json pins, unless that is there already. Returns the package's folder.</summary>
    public static async Task<string> InstallAsync(string folder)
    {
        var pinned = new FileInfo(Path.Combine(folder, "package-lock.json"));
        await using var turn = await TakeTurnAsync(Path.Combine(folder, "obj"));
        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < pinned.LastWriteTimeUtc)
        {
            var (code, output) = await RunAsync("npm", folder, ["ci", "--no-audit", "--no-fund"]);
            if (code != 0)
            {
                throw new InvalidOperationException($"npm ci failed in {Path.GetFileName(folder)}: {output}");
            }

            File.SetLastWriteTimeUtc(installed.FullName, TimeProvider.System.GetUtcNow().UtcDateTime);
        }

        return folder;
    }

    /// <summary>Installs, and runs the package's build unless what it made is newer than all of its sources: other test processes may be running it.</summary>
    /// <param name="folder">The package.</param>
    /// <param name="made">A file that the build makes, relative to the folder.</param>
    /// <param name="sources">Folders of sources, relative to the folder.</param>
    /// <exception cref="InvalidOperationException">It failed; says how.</exception>
    public static async Task BuildAsync(string folder, string made, params string[] sources)
    {
        await InstallAsync(folder);
        await using var turn = await TakeTurnAsync(Path.Combine(folder, "obj"));
        var product = new FileInfo(Path.Combine(folder, made));
        var files = sources.SelectMany(source => Directory.GetFiles(Path.Combine(folder, source), "*", SearchOption.AllDirectories)).Concat(Directory.GetFiles(folder, "*.json"));
        if (product.Exists && files.All(file => File.GetLastWriteTimeUtc(file) <= product.LastWriteTimeUtc))
        {
            return;
        }

        var (code, output) = await RunAsync("npm", folder, ["run", "build"]);
        if (code != 0)
        {
            product.Delete(); // A compiler writes also what it has found wrong.
            throw new InvalidOperationException($"npm run build failed in {Path.GetFileName(folder)}: {output}");
        }
    }

    /// <summary>Runs a program to its end. Gives its exit code and all that it said.</summary>
    public static async Task<(int Code, string Output)> RunAsync(
        string program, string folder, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(program, folder, arguments, environment);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Starts a program of Node's with its streams redirected.</summary>
    /// <exception cref="InvalidOperationException">There is no Node.js.</exception>
    public static Process Start(string program, string folder, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"These tests need Node.js 20 or later with npm on the PATH: {program} did not start.", e);
        }
    }

    // Test processes run side by side, and two installations into one folder break each other.
    static async Task<FileStream> TakeTurnAsync(string folder)
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, "install.lock");
        var begun = TimeProvider.System.GetTimestamp();
        for (; ; )
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(begun) < patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
