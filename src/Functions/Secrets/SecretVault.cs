using System.Security.Cryptography;
using Lifecycle.Entities;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Secrets;

/// <summary>
/// Encrypts signing secrets before they become part of any message or state, and decrypts them where a webhook is signed. What was
/// encrypted for one app cannot be read as another's.
/// </summary>
public sealed partial class SecretVault(KeyRing keyRing, ILogger<SecretVault> logger)
{
    const string Purpose = "Lifecycle.WebhookSecret";

    /// <summary>The stored form of a secret.</summary>
    public string Seal(string packageName, string secret) => ProtectorOf(keyRing.Provider, packageName).Protect(secret);

    /// <summary>
    /// The app's secrets that can be read; null when none can. A secret that cannot leaves the app with the others, and operators
    /// with a log line: it was encrypted with a key that the key ring does not have.
    /// </summary>
    public SigningSecrets? Open(string packageName, AppRegistration app)
    {
        var secrets = app.WebhookSecrets.Select(stored => Read(packageName, stored)).OfType<WebhookSecret>().ToArray();
        if (secrets.Length < app.WebhookSecrets.Length)
        {
            LogUnreadable(packageName, app.WebhookSecrets.Length - secrets.Length, app.WebhookSecrets.Length, keyRing.Setting);
        }
        else if (secrets.Length == 0)
        {
            LogNone(packageName);
        }

        return secrets.Length > 0 ? new SigningSecrets(secrets) : null;
    }

    /// <summary>Whether every secret of the app can be read here.</summary>
    public bool CanOpen(string packageName, AppRegistration app) => app.WebhookSecrets.All(stored => Read(packageName, stored) is not null);

    WebhookSecret? Read(string packageName, string stored)
    {
        var text = TryOpen(keyRing.Provider, packageName, stored);
        // Another instance may have made a key since this one read the ring.
        if (text is null && keyRing.ReadAgain())
        {
            text = TryOpen(keyRing.Provider, packageName, stored);
        }

        return WebhookSecret.Read(text);
    }

    static string? TryOpen(IDataProtectionProvider provider, string packageName, string stored)
    {
        try
        {
            return ProtectorOf(provider, packageName).Unprotect(stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    static IDataProtector ProtectorOf(IDataProtectionProvider provider, string packageName) => provider.CreateProtector(Purpose, packageName);

    [LoggerMessage(3010, LogLevel.Error, "{Package}: {Unreadable} of {Count} webhook secrets cannot be decrypted with the key ring of {Setting}. Put the key ring back, or register secrets anew.")]
    partial void LogUnreadable(string package, int unreadable, int count, string setting);

    [LoggerMessage(3011, LogLevel.Error, "{Package}: there is no webhook secret, so nothing can be sent. Make one: POST /api/apps/{Package}/rotate-secret.")]
    partial void LogNone(string package);
}
