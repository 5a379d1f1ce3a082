using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Settings;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>What a released version stored and sent, as it was recorded when it was released.</summary>
/// <param name="Number">1 for the first; forms have no gaps.</param>
sealed record RecordedForm(int Number)
{
    const string Place = "tests/Functions.Tests/Upgrades/Recorded";

    /// <summary>The list of every file of every form with its SHA-256, as <c>sha256sum</c> writes it.</summary>
    public static string ListPath => Path.Combine(RepositoryFiles.Root, Place, "released.sha256");

    /// <summary>The number of each form, the oldest first.</summary>
    public static TheoryData<int> All => [.. Numbers()];

    public string Folder => Path.Combine(RepositoryFiles.Root, Place, $"{Number}");

    public static IEnumerable<int> Numbers() => Directory.GetDirectories(Path.GetDirectoryName(ListPath)!).Select(folder => int.Parse(Path.GetFileName(folder))).Order();

    public string Text(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public JsonObject Json(string file) => JsonNode.Parse(Text(file))!.AsObject();

    /// <summary>What is known of its sessions: when they were left, in which states, and what their apps hold of them.</summary>
    public JsonObject Sessions => Json("sessions.json");

    public DateTimeOffset At => (DateTimeOffset)Sessions["at"]!;

    public string TokenOf(string session) => (string)Sessions["tokens"]![session]!;

    /// <summary>A line of the list for each of its files.</summary>
    public IEnumerable<string> Lines() => Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
        .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}  {Number}/{Path.GetRelativePath(Folder, file).Replace('\\', '/')}")
        .Order(StringComparer.Ordinal);

    /// <summary>Whether it must stay as it is.</summary>
    public bool IsReleased() => Directory.Exists(Folder) || File.ReadLines(ListPath).Any(line => line.Contains($"  {Number}/", StringComparison.Ordinal));

    /// <summary>Runs a test on a copy of its store, at the time at which it was left.</summary>
    public void Open(Func<TestApp, Task> test)
    {
        var copy = Directory.CreateTempSubdirectory("lifecycle-upgrade-");
        try
        {
            StoreText.Write(Text("store.sql"), copy.FullName);
            TestApp.RunOn(copy.FullName, At, test, KeyRingOption(CopyKeys(copy.FullName)));
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    /// <summary>Runs a test on an empty store that has its keys.</summary>
    public void OpenEmpty(Func<TestApp, Task> test)
    {
        var copy = Directory.CreateTempSubdirectory("lifecycle-upgrade-");
        try
        {
            TestApp.RunOn(":memory:", At, test, KeyRingOption(CopyKeys(copy.FullName)));
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    public static string KeyRingOption(string keys) => $"--Lifecycle:KeyRing:Folder={keys}";

    string CopyKeys(string to)
    {
        var keys = Path.Combine(to, "key-ring");
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "key-ring"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return keys;
    }
}
