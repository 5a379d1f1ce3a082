using System.Xml.Linq;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Lifecycle.Functions.Secrets;

/// <summary>Keeps each element of the key ring as one secret of an Azure Key Vault, which encrypts it and says who may read it.</summary>
sealed class KeyVaultRepository(SecretClient vault) : IXmlRepository
{
    const string Prefix = "lifecycle-key-ring-";
    const string ContentType = "application/xml";

    public IReadOnlyCollection<XElement> GetAllElements() =>
    [
        .. vault.GetPropertiesOfSecrets()
            .Where(secret => secret.Name.StartsWith(Prefix, StringComparison.Ordinal) && secret.Enabled != false)
            .Select(secret => XElement.Parse(vault.GetSecret(secret.Name).Value.Value)),
    ];

    public void StoreElement(XElement element, string friendlyName)
    {
        var secret = new KeyVaultSecret(NameOf(friendlyName), element.ToString(SaveOptions.DisableFormatting));
        secret.Properties.ContentType = ContentType;
        vault.SetSecret(secret);
    }

    // Names of secrets have letters, digits and dashes only.
    static string NameOf(string friendlyName) => Prefix + string.Concat(friendlyName.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
