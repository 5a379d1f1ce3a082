using Lifecycle.Entities;

namespace Lifecycle.Functions;

/// <summary>An app as the API shows it: never a secret, but for one that was just made.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="WebhookUrl">Where the app server takes webhooks.</param>
/// <param name="OwnerUrl">Where the app's owner is told about trouble.</param>
/// <param name="HealthUrl">What says by 2xx that the app is up, while it is away.</param>
/// <param name="ApiKeyCount">How many API keys are valid: two while one is being replaced.</param>
/// <param name="WebhookSecretCount">How many signing secrets are valid: two while one is being replaced.</param>
/// <param name="Overrides">What the app sets differently from the fleet.</param>
/// <param name="Policy">The policy in force.</param>
/// <param name="ApiKey">A key that was just made.</param>
/// <param name="WebhookSecret">A signing secret that was just made.</param>
sealed record AppView(
    string PackageName,
    string WebhookUrl,
    string? OwnerUrl,
    string? HealthUrl,
    int ApiKeyCount,
    int WebhookSecretCount,
    PolicyOverrides Overrides,
    Policy Policy,
    string? ApiKey = null,
    string? WebhookSecret = null)
{
    public static AppView Of(string packageName, AppRegistration app, Policy inForce) =>
        new(packageName, app.WebhookUrl, app.OwnerUrl, app.HealthUrl, app.ApiKeyCount, app.WebhookSecrets.Length, app.Policy, inForce);
}

/// <summary>The answer to the rotation of an API key: the one time that the new one is shown.</summary>
sealed record KeyRotationView(string PackageName, string ApiKey, int ApiKeyCount);

/// <summary>The answer to the rotation of a signing secret: the one time that the new one is shown.</summary>
sealed record RotationView(string PackageName, string WebhookSecret, int WebhookSecretCount);
