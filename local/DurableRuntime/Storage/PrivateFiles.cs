using System.Runtime.Versioning;

namespace Lifecycle.Local.Durable;

/// <summary>Files that only their owner may read: stored state holds what callers sent. On Windows the folder's own rights count.</summary>
public static class PrivateFiles
{
    /// <summary>The mode of a file: 0600.</summary>
    [UnsupportedOSPlatform("windows")]
    public const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The mode of a folder: 0700.</summary>
    [UnsupportedOSPlatform("windows")]
    public const UnixFileMode Folder = File | UnixFileMode.UserExecute;

    /// <summary>Makes a file in a folder where there is none, and closes it and those beside it to others.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The name of the file to make.</param>
    /// <param name="names">The names of those to close; not all need to be there.</param>
    internal static void Prepare(string folder, string file, IEnumerable<string> names)
    {
        // Where there is no folder SQLite says so, better than this could.
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
        {
            return;
        }

        // One that is there is not opened: to close it again would take away the locks that this process may have on it.
        if (!System.IO.File.Exists(Path.Combine(folder, file)))
        {
            new FileStream(Path.Combine(folder, file), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = File }).Dispose();
        }

        foreach (var path in names.Select(name => Path.Combine(folder, name)).Where(System.IO.File.Exists))
        {
            Close(path, File);
        }
    }

    /// <summary>Takes rights away from others, where this user may: a mount may belong to somebody else, and its owner decides then.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void Close(string path, UnixFileMode mode)
    {
        try
        {
            System.IO.File.SetUnixFileMode(path, mode);
        }
        catch (UnauthorizedAccessException)
        {
            // Better an open file, as it was, than no host.
        }
    }
}
