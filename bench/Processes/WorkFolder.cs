namespace Lifecycle.Bench.Processes;

/// <summary>A folder of its own on the disk of the temporary files, gone after the measurement.</summary>
sealed class WorkFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lifecycle-bench-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
