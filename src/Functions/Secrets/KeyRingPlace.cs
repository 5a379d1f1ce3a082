using Azure.Security.KeyVault.Secrets;
using Lifecycle.Functions.Settings;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Secrets;

/// <summary>Opens the key ring where the setting says it is.</summary>
static class KeyRingPlace
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    const UnixFileMode Others = ~OwnerOnly;

    public static KeyRing Open(KeyRingSetting setting, TimeProvider time, ILoggerFactory loggers) => setting switch
    {
        KeyRingSetting.InMemory => KeyRing.InMemory(time, loggers),
        KeyRingSetting.Folder folder => KeyRing.In(
            new FileSystemXmlRepository(new DirectoryInfo(folder.Path), loggers), $"{KeyRingSetting.FolderSetting} '{folder.Path}'", time, loggers),
        KeyRingSetting.KeyVault vault => KeyRing.In(
            new KeyVaultRepository(ClientOf(vault)), $"{KeyRingSetting.KeyVaultSetting} '{vault.Uri}'", time, loggers),
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "Not a place for a key ring."),
    };

    /// <summary>Where the keys of reconnect tokens are: beside the key ring, apart from its own elements.</summary>
    public static IXmlRepository OpenTokenKeys(KeyRingSetting setting, ILoggerFactory loggers) => setting switch
    {
        KeyRingSetting.InMemory => new MemoryRepository(),
        KeyRingSetting.Folder folder => new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(folder.Path, "tokens")), loggers),
        KeyRingSetting.KeyVault vault => new KeyVaultRepository(ClientOf(vault), KeyVaultRepository.TokenKeyPrefix),
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "Not a place for keys."),
    };

    static SecretClient ClientOf(KeyRingSetting.KeyVault vault) => new(vault.Uri, ConfigurationParts.Identity(clientId: null));

    /// <summary>Makes the folder, for its owner only, so that a wrong setting is found at the start.</summary>
    /// <exception cref="SettingException">The folder cannot be made, or others may read it.</exception>
    public static void Prepare(KeyRingSetting setting)
    {
        if (setting is not KeyRingSetting.Folder { Path: var path })
        {
            return;
        }

        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else if ((Directory.CreateDirectory(path, OwnerOnly).UnixFileMode & Others) != 0)
            {
                File.SetUnixFileMode(path, OwnerOnly);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SettingException.Malformed(KeyRingSetting.FolderSetting, path, $"a folder that can be written and closed to others ({e.Message.TrimEnd('.')})");
        }
    }
}
