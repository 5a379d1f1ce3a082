using System.Security.Cryptography;
using Lifecycle.Local.Durable;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>The folder that keeps all state. One process at a time holds it, from start to stop.</summary>
sealed class DataFolder : IDisposable
{
    // What the host keeps there. A folder that holds other things as well is somebody's own, and keeps its mode.
    static readonly string[] s_ours = ["host.lock", "signalr.key", "signalr.key.new", .. DurableStore.FileNames];

    readonly FileStream? _lock;

    DataFolder(string path, string accessKey, FileStream? @lock)
    {
        Path = path;
        SignalRAccessKey = accessKey;
        _lock = @lock;
    }

    public string Path { get; }

    /// <summary>The access key of the embedded SignalR emulator; made once, so that tokens outlive a restart.</summary>
    public string SignalRAccessKey { get; }

    /// <summary>Makes the folder if needed and takes it for this process.</summary>
    /// <exception cref="StartProblemException">It cannot be written, or another process holds it.</exception>
    public static DataFolder Open(string path)
    {
        if (path == EmbeddedSettings.InMemory)
            return new(path, "a key for a service without sockets, kept in memory", null);
        FileStream? hold = null;
        try
        {
            MakePrivate(path);
            hold = Hold(System.IO.Path.Combine(path, "host.lock"), path);
            return new(path, ReadOrMakeKey(System.IO.Path.Combine(path, "signalr.key")), hold);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            hold?.Dispose();
            throw new StartProblemException(
                $"Data folder '{path}' cannot be written: {e.Message} Set '{EmbeddedSettings.DataFolderKey}' (--data) to a folder that can.", e);
        }
    }

    public void Dispose() => _lock?.Dispose();

    static FileStream Hold(string file, string folder)
    {
        var existed = File.Exists(file);
        try
        {
            return new FileStream(file, Private(FileMode.OpenOrCreate, FileAccess.ReadWrite));
        }
        catch (IOException e) when (existed && e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new StartProblemException(
                $"Data folder '{folder}' is used by another process. Stop that one, or set '{EmbeddedSettings.DataFolderKey}' (--data) to another folder.", e);
        }
    }

    // Owner only: the folder holds keys and every app's registration.
    static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        var existed = Directory.Exists(path);
        Directory.CreateDirectory(path, PrivateFiles.Folder);
        if (existed && (File.GetUnixFileMode(path) & ~PrivateFiles.Folder) != 0 && Directory.EnumerateFileSystemEntries(path).All(IsOurs))
            PrivateFiles.Close(path, PrivateFiles.Folder);
    }

    static bool IsOurs(string entry) => s_ours.Contains(System.IO.Path.GetFileName(entry));

    static FileStreamOptions Private(FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFiles.File;
        return options;
    }

    static string ReadOrMakeKey(string file)
    {
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } kept)
            return kept;
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        // Written aside and renamed: a crash in between must not leave half a key behind.
        var aside = file + ".new";
        using (var writer = new StreamWriter(aside, Private(FileMode.Create, FileAccess.Write)))
            writer.Write(key);
        File.Move(aside, file, overwrite: true);
        return key;
    }
}
