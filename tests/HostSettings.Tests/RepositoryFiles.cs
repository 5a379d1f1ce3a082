namespace Lifecycle.HostSettings.Tests;

/// <summary>Files of the repository that are not copied beside the tests.</summary>
static class RepositoryFiles
{
    static readonly string root = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(root, path));

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Lifecycle.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
