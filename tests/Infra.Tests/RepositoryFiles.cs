namespace Lifecycle.Infra.Tests;

/// <summary>Files of the repository that are not copied beside the tests.</summary>
static class RepositoryFiles
{
    static readonly string root = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(root, path));

    public static string PathOf(string path) => Path.Combine(root, path);

    public static void Write(string path, string text) => File.WriteAllText(Path.Combine(root, path), text);

    public static bool Exists(string path) => Path.Exists(Path.Combine(root, path));

    /// <summary>The files of this name, below the root as git would have them: not what was installed or built.</summary>
    public static IEnumerable<string> All(string pattern) => Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
        .Where(path => !path.Split('/').SkipLast(1).Any(part => part is "bin" or "obj" or "node_modules" or "artifacts" || part[0] == '.'))
        .Order(StringComparer.Ordinal);

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
