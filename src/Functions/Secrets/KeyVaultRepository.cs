using System.Xml.Linq;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Lifecycle.Functions.Secrets;

/// <summary>Keeps each element of a ring of keys as one secret of an Azure Key Vault, which encrypts it and says who may read it.</summary>
sealed class KeyVaultRepository(SecretClient vault, string prefix = KeyVaultRepository.KeyRingPrefix) : IXmlRepository
{
    public const string KeyRingPrefix = "lifecycle-key-ring-";
    public const string TokenKeyPrefix = "lifecycle-token-key-";
    const string ContentType = "application/xml";

    public IReadOnlyCollection<XElement> GetAllElements() =>
    [
        .. vault.GetPropertiesOfSecrets()
            .Where(secret => secret.Name.StartsWith(prefix, StringComparison.Ordinal) && secret.Enabled != false)
            .Select(secret => XElement.Parse(vault.GetSecret(secret.Name).Value.Value)),
    ];

    public void StoreElement(XElement element, string friendlyName)
    {
        var secret = new KeyVaultSecret(NameOf(friendlyName), element.ToString(SaveOptions.DisableFormatting));
        secret.Properties.ContentType = ContentType;
        vault.SetSecret(secret);
    }

    // Names of secrets have letters, digits and dashes only.
    string NameOf(string friendlyName) => prefix + string.Concat(friendlyName.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
