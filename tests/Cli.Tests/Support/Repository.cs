using System.Runtime.CompilerServices;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>The working tree.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    static string Find([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
