namespace Lifecycle.Tests;

/// <summary>Finds files of the repository from wherever the tests run.</summary>
static class Repository
{
    public static string File(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository."), path);
    }
}
