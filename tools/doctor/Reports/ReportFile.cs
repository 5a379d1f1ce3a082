using System.Text;

namespace Lifecycle.Doctor;

/// <summary>
/// A file that a report goes to. It is opened before the checks are played, so that a place where nothing can be written is told of at once, and what stands in it stays until there is
/// a report.
/// </summary>
sealed class ReportFile : IAsyncDisposable
{
    readonly FileStream _file;
    readonly bool _isNew;
    bool _isWritten;

    ReportFile(FileStream file, bool isNew) => (_file, _isNew) = (file, isNew);

    /// <summary>Opens it; null for no path.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static ReportFile? Open(string? path)
    {
        if (path is null) return null;
        var isNew = !File.Exists(path);
        return new ReportFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read), isNew);
    }

    /// <summary>Writes the report in place of what stands there.</summary>
    public async Task WriteAsync(string text)
    {
        if (_file.CanSeek) _file.SetLength(0); // A pipe has no length.
        await _file.WriteAsync(Encoding.UTF8.GetBytes(text));
        _isWritten = true;
    }

    /// <summary>Closes it; one that was made and has no report is taken away again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        if (_isNew && !_isWritten) File.Delete(_file.Name);
    }
}
