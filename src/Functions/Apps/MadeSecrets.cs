using Lifecycle.Entities;

namespace Lifecycle.Functions;

/// <summary>
/// A key and a secret that were made for an app that seemed to have none. They are offered; the app's entity takes them or has others
/// already, and only what it took may be shown.
/// </summary>
/// <param name="key">The API key; null when the caller named one.</param>
/// <param name="secret">The signing secret; null when the caller named some.</param>
/// <param name="seal">Encrypts a secret.</param>
sealed class MadeSecrets(string? key, string? secret, Func<string, string> seal)
{
    readonly string? isSealed = secret is null ? null : seal(secret);

    /// <summary>What the entity is offered; null for nothing.</summary>
    public SecretOffer? Offer => key is null && secret is null ? null : new(key is null ? null : HashedKey.Of(key), isSealed);

    /// <summary>The key, when it is in force.</summary>
    public string? KeyIn(AppRegistration? app) => key is not null && app?.AcceptsApiKey(key) == true ? key : null;

    /// <summary>The secret, when it is in force.</summary>
    public string? SecretIn(AppRegistration? app) => isSealed is not null && app?.WebhookSecrets.Contains(isSealed) == true ? secret : null;

    /// <summary>Whether any of it is in force.</summary>
    public bool AnyIn(AppRegistration? app) => KeyIn(app) is not null || SecretIn(app) is not null;

    /// <summary>Says nothing of what it holds.</summary>
    public override string ToString() => nameof(MadeSecrets);
}
