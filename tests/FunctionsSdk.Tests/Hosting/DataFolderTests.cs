using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class DataFolderTests
{
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
