using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Lifecycle.Entities;

/// <summary>What is stored about an app. Of its API key only a salted hash; its signing secrets encrypted, with a key that is not here.</summary>
public sealed record AppRegistration
{
    /// <summary>The most signing secrets that are valid at once: a new one, and the one that it takes over from.</summary>
    public const int MaxWebhookSecrets = 2;

    /// <summary>Names this version of the registration, so that the one who wrote it can see that it is in force.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Where the app server takes webhooks.</summary>
    public string WebhookUrl { get; init; } = "";

    /// <summary>Where the app's owner is told about trouble.</summary>
    public string? OwnerUrl { get; init; }

    /// <summary>What the app sets differently from the fleet.</summary>
    public PolicyOverrides Policy { get; init; } = new();

    /// <summary>Base64 of the salt.</summary>
    public string? ApiKeySalt { get; init; }

    /// <summary>Base64 of SHA-256 over salt and key: keys are long and random, so a slow hash would only slow attaches.</summary>
    public string? ApiKeyHash { get; init; }

    /// <summary>The signing secrets of its webhooks, encrypted, the newest first; every webhook is signed with each.</summary>
    public ImmutableArray<string> WebhookSecrets { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The same registration with a key.</summary>
    public AppRegistration WithApiKey(string key)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return this with { ApiKeySalt = Convert.ToBase64String(salt), ApiKeyHash = Convert.ToBase64String(HashOf(salt, key)) };
    }

    /// <summary>The registration after this one: what it does not carry of secrets stays as it was.</summary>
    public AppRegistration ReplacedBy(AppRegistration newer) => newer with
    {
        ApiKeySalt = newer.ApiKeyHash is null ? ApiKeySalt : newer.ApiKeySalt,
        ApiKeyHash = newer.ApiKeyHash ?? ApiKeyHash,
        WebhookSecrets = newer.WebhookSecrets.IsEmpty ? WebhookSecrets : newer.WebhookSecrets,
    };

    /// <summary>The registration with a new signing secret; of the old ones the newest stays valid beside it.</summary>
    public AppRegistration RotatedBy(SecretRotation rotation) => this with
    {
        Revision = rotation.Revision,
        WebhookSecrets = [rotation.WebhookSecret, .. WebhookSecrets.Take(MaxWebhookSecrets - 1)],
    };

    /// <summary>Whether this is the app's key; takes the same time for every wrong key of one length.</summary>
    public bool AcceptsApiKey(string key) =>
        ApiKeySalt is not null && ApiKeyHash is not null
        && CryptographicOperations.FixedTimeEquals(HashOf(Convert.FromBase64String(ApiKeySalt), key), Convert.FromBase64String(ApiKeyHash));

    static byte[] HashOf(byte[] salt, string key) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(key)]);
}

/// <summary>A signing secret that takes over from the newest one.</summary>
/// <param name="Revision">Names the version of the registration that has it.</param>
/// <param name="WebhookSecret">The secret, encrypted.</param>
public sealed record SecretRotation(string Revision, string WebhookSecret);
