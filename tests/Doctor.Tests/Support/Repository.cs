namespace Lifecycle.Doctor.Tests.Support;

/// <summary>The files of this repository.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Holds a generated file to what it should be; writes it when UPDATE_DOCS is 1.</summary>
    public static void IsGenerated(string path, string expected)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }
        Assert.True(File.Exists(file) && File.ReadAllText(file) == expected, $"{path} differs from the code: run the tests with UPDATE_DOCS=1.");
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Lifecycle.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("Lifecycle.sln is not above the tests.");
    }
}
