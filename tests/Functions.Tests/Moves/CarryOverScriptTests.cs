using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lifecycle.Azurite;
using Lifecycle.Functions.Tests.Secrets;

namespace Lifecycle.Functions.Tests.Moves;

/// <summary>The command of docs/operations.md, eng/carry-over.mjs, between two hosts that are processes of their own.</summary>
public sealed class CarryOverScriptTests : IAsyncLifetime
{
    const string Package = "com.example.notes";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lifecycle-carry-");
    LifecycleProcess old = null!;
    LifecycleProcess other = null!;

    public async Task InitializeAsync()
    {
        old = await StartAsync("old");
        other = await StartAsync("other");
        var registered = await old.CallAsync("PUT", $"/api/apps/{Package}", new { webhookUrl = "http://127.0.0.1:9/hook" });
        Assert.True(registered.Status == 201, registered.Text);
        foreach (var n in Enumerable.Range(0, 3))
        {
            Assert.Equal(202, (await old.CallAsync("POST", $"/api/sessions/s{n}/apps/{Package}/start")).Status);
        }

        await old.UntilAsync("all are started", async () => (await PlayAsync("states", "--from", Of(old))).Output.Contains(" 3"));
    }

    public async Task DisposeAsync()
    {
        await old.DisposeAsync();
        await other.DisposeAsync();
        folder.Delete(recursive: true);
    }

    Task<LifecycleProcess> StartAsync(string name) => LifecycleProcess.StartAsync(
        folder.CreateSubdirectory(name).FullName, new ConcurrentQueue<string>(), "--Lifecycle:KeyRing:Folder", Path.Combine(folder.FullName, "keys"));

    static string Of(LifecycleProcess host) => host.Address.ToString();

    static Task<(int Code, string Output)> PlayAsync(params string[] arguments) =>
        NodePackage.RunAsync("node", Path.GetDirectoryName(Script())!, [Script(), .. arguments]);

    static string Script([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../eng/carry-over.mjs"));

    [Fact]
    public async Task Copy_takes_all_over_and_nothing_twice()
    {
        var first = await PlayAsync("copy", "--from", Of(old), "--to", Of(other));
        Assert.Equal((0, "taken: 1 registrations, 3 sessions"), (first.Code, first.Output.Trim()));
        await other.UntilAsync("all are there", async () => (await PlayAsync("states", "--from", Of(other))).Output.Trim() == "GRACE_PERIOD 3");
        // The registration is the same; the sessions are read anew, and are taken as they are now.
        var second = await PlayAsync("copy", "--from", Of(old), "--to", Of(other), "--minutes", "5");
        Assert.Equal((0, "taken: 0 registrations, 3 sessions\nleft alone, already_here: 1"), (second.Code, second.Output.Trim().ReplaceLineEndings("\n")));
    }

    [Fact]
    public async Task Export_and_import_go_by_a_folder_that_only_its_owner_reads()
    {
        var pages = Path.Combine(folder.FullName, "pages");
        Assert.Equal(0, (await PlayAsync("export", "--from", Of(old), "--folder", pages)).Code);
        Assert.Equal(2, (await PlayAsync("export", "--from", Of(old), "--folder", pages)).Code); // there is one already
        foreach (var file in Directory.GetFiles(pages))
        {
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        var imported = await PlayAsync("import", "--folder", pages, "--to", Of(other));
        Assert.Equal((0, "taken: 1 registrations, 3 sessions"), (imported.Code, imported.Output.Trim()));
        // One that was broken off is not taken for a whole one.
        File.Delete(Path.Combine(pages, "complete"));
        var broken = await PlayAsync("import", "--folder", pages, "--to", Of(other));
        Assert.Equal(2, broken.Code);
        Assert.Contains("broken off", broken.Output);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_a_line()
    {
        Assert.Equal(2, (await PlayAsync("copy", "--from", Of(old))).Code);
        var nowhere = await PlayAsync("states", "--from", Of(old) + "nowhere");
        Assert.Equal(2, nowhere.Code);
        Assert.Contains("404", nowhere.Output);
    }
}
