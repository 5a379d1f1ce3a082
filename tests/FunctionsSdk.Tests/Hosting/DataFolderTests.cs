using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class DataFolderTests
{
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    const UnixFileMode Open = PrivateFiles.Folder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [Fact]
    public void Open_Twice_TellsThatAnotherHoldsIt()
    {
        using var folder = new TempFolder();
        using var first = DataFolder.Open(folder.File("data"));

        var problem = Assert.Throws<StartProblemException>(() => DataFolder.Open(folder.File("data"))).Message;

        Assert.Contains("used by another process", problem);
        Assert.Contains("--data", problem);
    }

    [Fact]
    public void Open_Again_KeepsTheAccessKey()
    {
        using var folder = new TempFolder();
        string key;
        using (var first = DataFolder.Open(folder.Path))
            key = first.SignalRAccessKey;

        using var second = DataFolder.Open(folder.Path);

        Assert.Equal(key, second.SignalRAccessKey);
        Assert.Equal(32, Convert.FromBase64String(key).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("signalr.key")));
    }

    // The database, with every app's registration, was 0644 in a 0755 folder: whoever had an account on the machine could read it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_OfAFolderOfItsOwn_ClosesItAndWhatIsInItToOthers(bool wasOpen)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var parent = new TempFolder();
        var path = parent.File("data");
        if (wasOpen)
        {
            foreach (var name in (string[])["durable.db", "host.lock"])
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(path, Open).FullName, name), "");
            File.SetUnixFileMode(path, Open);
        }

        using var folder = DataFolder.Open(path);
        using var store = DurableStore.InFolder(path);
        store.ReadMessages();

        Assert.Equal(PrivateFiles.Folder, File.GetUnixFileMode(path));
        Assert.Equal(["durable.db", "durable.db-shm", "durable.db-wal"], Directory.EnumerateFiles(path, "durable.db*").Select(Path.GetFileName).Order());
        foreach (var file in Directory.EnumerateFiles(path).Where(file => !wasOpen || Path.GetFileName(file) != "host.lock"))
            Assert.Equal(PrivateFiles.File, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Open_OfAFolderWithOtherThings_KeepsItsMode()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var parent = new TempFolder();
        var path = Directory.CreateDirectory(parent.File("project"), Open).FullName;
        File.SetUnixFileMode(path, Open);
        File.WriteAllText(Path.Combine(path, "README.md"), "");

        using var folder = DataFolder.Open(path);

        Assert.Equal(Open, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Open_WhereNoFolderCanBe_TellsThatItCannotBeWritten()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("file"), "");

        var problem = Assert.Throws<StartProblemException>(() => DataFolder.Open(Path.Combine(folder.File("file"), "data"))).Message;

        Assert.Contains("cannot be written", problem);
        Assert.Contains("'Embedded:DataFolder'", problem);
    }

    [Fact]
    public void Open_InMemory_TouchesNoFolder()
    {
        using var folder = DataFolder.Open(EmbeddedSettings.InMemory);

        Assert.False(Directory.Exists(EmbeddedSettings.InMemory));
        Assert.NotEmpty(folder.SignalRAccessKey);
    }
}
