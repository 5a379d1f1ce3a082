using System.ComponentModel;
using System.Diagnostics;

namespace Lifecycle.Azurite;

/// <summary>The npm package in the folder js: installed once, by whichever test process comes first.</summary>
static class NodePackage
{
    static readonly TimeSpan patience = TimeSpan.FromMinutes(3);

    /// <summary>Installs what package-lock.json pins, unless that is there already. Returns the package's folder.</summary>
    public static async Task<string> InstallAsync()
    {
        var folder = Folder();
        var pinned = new FileInfo(Path.Combine(folder, "package-lock.json"));
        await using var turn = await TakeTurnAsync(Path.Combine(folder, "obj"));
        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < pinned.LastWriteTimeUtc)
        {
            using var npm = Start("npm", folder, ["ci", "--no-audit", "--no-fund"]);
            var output = npm.StandardOutput.ReadToEndAsync();
            var errors = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm ci failed in tests/Azurite/js: {await output}{errors}");
            }

            File.SetLastWriteTimeUtc(installed.FullName, TimeProvider.System.GetUtcNow().UtcDateTime);
        }

        return folder;
    }

    public static Process Start(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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

    static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var js = Path.Combine(folder.FullName, "tests", "Azurite", "js");
            if (File.Exists(Path.Combine(js, "queue.mjs")))
            {
                return js;
            }
        }

        throw new InvalidOperationException("The folder tests/Azurite/js is not above the test assembly.");
    }
}
