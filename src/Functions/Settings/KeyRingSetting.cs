using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Settings;

/// <summary>Where the keys are kept that secrets are encrypted with.</summary>
public abstract record KeyRingSetting
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Lifecycle:KeyRing";

    /// <summary>The setting that names a folder.</summary>
    public const string FolderSetting = Section + ":Folder";

    /// <summary>The setting that names an Azure Key Vault.</summary>
    public const string KeyVaultSetting = Section + ":KeyVaultUri";

    const string DataFolderSetting = "Embedded:DataFolder";
    const string DataInMemory = ":memory:";

    KeyRingSetting()
    {
    }

    /// <summary>In memory, as the state is.</summary>
    public sealed record InMemory : KeyRingSetting;

    /// <summary>In a folder that only this user can read.</summary>
    /// <param name="Path">The full path.</param>
    public sealed record Folder(string Path) : KeyRingSetting;

    /// <summary>As secrets of an Azure Key Vault.</summary>
    /// <param name="Uri">The vault's address.</param>
    public sealed record KeyVault(Uri Uri) : KeyRingSetting;

    /// <summary>Reads the setting. Without one, keys of local use are kept on this machine; elsewhere they would be lost with the machine.</summary>
    /// <exception cref="SettingException">It is malformed, or missing where there is no default.</exception>
    internal static KeyRingSetting Read(IConfiguration configuration, bool isDevelopment)
    {
        SettingException.RefuseUnknown(configuration.GetSection(Section), ["Folder", "KeyVaultUri"]);
        var folder = Text(FolderSetting);
        var vault = Text(KeyVaultSetting);
        return (folder, vault, Text(DataFolderSetting)) switch
        {
            (not null, not null, _) => throw SettingException.Malformed(FolderSetting, folder, $"absent when {KeyVaultSetting} is set"),
            (not null, _, _) => new Folder(System.IO.Path.GetFullPath(folder)),
            (_, not null, _) => new KeyVault(VaultUri(vault)),
            (_, _, DataInMemory) => new InMemory(),
            (_, _, { } data) => new Folder(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(data)) + ".keys"),
            _ when isDevelopment => new Folder(System.IO.Path.Combine(LocalData(), "Lifecycle", "keys")),
            _ => throw SettingException.Missing(KeyVaultSetting, $"the address of an Azure Key Vault (or {FolderSetting} a folder that every instance shares)"),
        };

        string? Text(string setting) => configuration[setting] is { Length: > 0 } text ? text : null;
    }

    static string LocalData() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
            ? folder
            : throw SettingException.Missing(FolderSetting, "a folder, for this user has none for application data");

    static Uri VaultUri(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "https", PathAndQuery: "/", UserInfo: "", Fragment: "" }
        ? uri
        : throw SettingException.Malformed(KeyVaultSetting, text, "the https address of a Key Vault, such as https://my-vault.vault.azure.net/");
}
