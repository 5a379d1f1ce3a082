namespace Lifecycle.Infra.Tests;

/// <summary>Files of the repository that are not copied beside the tests.</summary>
static class RepositoryFiles
{
    static readonly string root = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(root, path));

    public static void Write(string path, string text) => File.WriteAllText(Path.Combine(root, path), text);

    public static IEnumerable<string> In(string folder, string pattern) => Directory.GetFiles(Path.Combine(root, folder), pattern);

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
