using Lifecycle.Entities;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Tests.Secrets;

public sealed class SecretVaultTests : IDisposable
{
    const string Package = "com.example.notes";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lifecycle-keys-");
    readonly FakeTimeProvider time = new();
    readonly LogLines log = new();

    string Keys => Path.Combine(folder.FullName, "keys");

    public void Dispose()
    {
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }
    }

    // As an instance of the app that starts now.
    SecretVault Instance()
    {
        var setting = new KeyRingSetting.Folder(Keys);
        KeyRingPlace.Prepare(setting);
        return new SecretVault(KeyRingPlace.Open(setting, time, NullLoggerFactory.Instance), log);
    }

    static AppRegistration App(params string[] stored) => new() { WebhookUrl = "http://x/", WebhookSecrets = [.. stored] };

    static string Signature(SigningSecrets? secrets) => secrets!.Sign("wh_1", "1767225600", [1, 2, 3]);

    [Fact]
    public void Open_InAnotherInstance_ReadsWhatThisOneSealed()
    {
        var (one, two) = (Instance(), Instance());
        string[] secrets = [WebhookSecret.Make(), WebhookSecret.Make()];
        var app = App(one.Seal(Package, secrets[0]), two.Seal(Package, secrets[1]));
        Assert.All([one, two, Instance()], vault => Assert.Equal(Signature(SigningSecrets.Of(secrets)), Signature(vault.Open(Package, app))));
        Assert.DoesNotContain(app.WebhookSecrets, stored => secrets.Any(s => stored.Contains(s) || s.Contains(stored)));
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void Open_OfAnotherAppsSecret_IsNothing()
    {
        var vault = Instance();
        Assert.Null(vault.Open("com.example.other", App(vault.Seal(Package, WebhookSecret.Make()))));
    }

    [Fact]
    public void Open_WhenTheKeyRingIsLost_IsNothing_AndTellsOperatorsWhere()
    {
        var secret = WebhookSecret.Make();
        var stored = Instance().Seal(Package, secret);
        Directory.Delete(Keys, recursive: true);
        Assert.Null(Instance().Open(Package, App(stored)));
        var line = Assert.Single(log.Lines);
        Assert.Contains(Package, line);
        Assert.Contains("Lifecycle:KeyRing:Folder", line);
        Assert.Contains(Keys, line);
        Assert.DoesNotContain(stored, line);
        Assert.DoesNotContain(secret["whsec_".Length..], line);
    }

    [Fact]
    public void Open_WhenOneOfTwoCanBeRead_SignsWithThatOne_AndTellsOperators()
    {
        var lost = Instance().Seal(Package, WebhookSecret.Make());
        Directory.Delete(Keys, recursive: true);
        var secret = WebhookSecret.Make();
        var vault = Instance();
        Assert.Equal(Signature(SigningSecrets.Of(secret)), Signature(vault.Open(Package, App(lost, vault.Seal(Package, secret)))));
        Assert.Contains("1 of 2", Assert.Single(log.Lines));
    }

    [Fact]
    public void Open_WhenTheKeyRingIsBack_NeedsNoRestart()
    {
        var secret = WebhookSecret.Make();
        var app = App(Instance().Seal(Package, secret));
        Directory.Move(Keys, Keys + ".away");
        var vault = Instance();
        Assert.Null(vault.Open(Package, app));
        Directory.Delete(Keys, recursive: true);
        Directory.Move(Keys + ".away", Keys);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Signature(SigningSecrets.Of(secret)), Signature(vault.Open(Package, app)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_in-plain-text")]
    [InlineData("CfDJ8AAAA")]
    public void Open_OfAStoredTextThatNobodySealed_IsNothing(string stored) => Assert.Null(Instance().Open(Package, App(stored)));

    [Fact]
    public void Open_WithoutSecrets_IsNothing_AndTellsOperators()
    {
        Assert.Null(Instance().Open(Package, App()));
        Assert.Contains("rotate-secret", Assert.Single(log.Lines));
    }

    [Fact]
    public void Prepare_ClosesTheFolderToOthers()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(Keys, (UnixFileMode)Convert.ToInt32("755", 8));
        Instance();
        Assert.Equal((UnixFileMode)Convert.ToInt32("700", 8), new DirectoryInfo(Keys).UnixFileMode);
    }

    [Fact]
    public void Prepare_OfAFolderThatCannotBeMade_NamesTheSetting()
    {
        var file = Path.Combine(folder.FullName, "file");
        File.WriteAllText(file, "");
        var e = Assert.Throws<SettingException>(() => KeyRingPlace.Prepare(new KeyRingSetting.Folder(Path.Combine(file, "keys"))));
        Assert.Contains("Lifecycle:KeyRing:Folder", e.Message);
    }

    sealed class LogLines : ILogger<SecretVault>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
