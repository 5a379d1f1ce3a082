using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Webhooks;

namespace Lifecycle.Functions.Moves;

/// <summary>Validates a page before anything of it is taken.</summary>
public sealed class ImportCheck
{
    const int MostErrors = 20;

    readonly SecretVault vault;
    readonly WebhookTargets targets;
    readonly Policy fleet;

    /// <summary>Asks the vault whether it can read secrets, and the targets where webhooks may go.</summary>
    public ImportCheck(SecretVault vault, WebhookTargets targets, Policy fleet) => (this.vault, this.targets, this.fleet) = (vault, targets, fleet);

    /// <summary>The content of a page.</summary>
    /// <exception cref="InputException">Something of it cannot be taken, or is encrypted with keys that are not here.</exception>
    internal (IReadOnlyList<(string PackageName, AppRegistration Registration)> Apps, IReadOnlyList<(AppSessionId Id, SessionCargo Cargo)> Sessions) Validated(CarryPage page)
    {
        var errors = new Dictionary<string, string>();
        if (page.Form != CarryPage.CurrentForm)
        {
            throw InputException.Invalid("invalid_page", "form", $"must be {CarryPage.CurrentForm}: this release reads no other");
        }

        var apps = page.Apps.Select((app, index) => Read(app, $"apps[{index}]", errors)).ToList();
        var sessions = page.Sessions.Select((session, index) => Read(session, $"sessions[{index}]", errors)).ToList();
        if (errors.Count > 0)
        {
            throw InputException.Invalid("invalid_page", errors.Take(MostErrors).ToDictionary());
        }

        var unread = apps.Where(app => !vault.CanOpen(app!.Value.PackageName, app.Value.Registration)).Select(app => app!.Value.PackageName).ToList();
        return unread.Count == 0
            ? ([.. apps.Select(app => app!.Value)], [.. sessions.Select(session => session!.Value)])
            : throw InputException.Conflict(
                "key_ring_differs",
                $"The webhook secrets of {unread.Count} apps ({unread[0]}, for one) were encrypted with keys that this installation does not have. Give it the key ring of the old one first.");
    }

    (string PackageName, AppRegistration Registration)? Read(CarriedApp? app, string at, Dictionary<string, string> errors)
    {
        if (app is not { PackageName: { } name, Registration: { } registration } || !Identifiers.IsValid(name))
        {
            errors[at] = "must have a packageName and its registration";
            return null;
        }

        foreach (var (field, rule) in WrongIn(registration))
        {
            errors[$"{at}.registration.{field}"] = rule;
        }

        return (name, registration with { Offer = null });
    }

    IEnumerable<KeyValuePair<string, string>> WrongIn(AppRegistration app)
    {
        var wrong = new Dictionary<string, string>();
        try
        {
            new AppBody { WebhookUrl = app.WebhookUrl, OwnerUrl = app.OwnerUrl, HealthUrl = app.HealthUrl, Policy = app.Policy }.Validated(app.Revision, fleet, targets);
        }
        catch (InputException e)
        {
            wrong = new Dictionary<string, string>(e.Errors);
        }

        if (!IsHash(app.ApiKeySalt, app.ApiKeyHash) || (app.OldApiKey is { } old && !IsHash(old.Salt, old.Hash)))
        {
            wrong["apiKeyHash"] = "must be the hash of an API key, with its salt";
        }

        if (app.WebhookSecrets.Length > AppRegistration.MaxWebhookSecrets || app.Earlier.Length > AppRegistration.RememberedChanges)
        {
            wrong["webhookSecrets"] = $"must be at most {AppRegistration.MaxWebhookSecrets}, with at most {AppRegistration.RememberedChanges} earlier revisions";
        }

        return wrong;
    }

    static bool IsHash(string? salt, string? hash) => (salt, hash) is (null, null) || (IsBase64(salt) && IsBase64(hash));

    static bool IsBase64(string? text) => text is { Length: > 0 and <= 128 } && Convert.TryFromBase64String(text, new byte[128], out _);

    static (AppSessionId Id, SessionCargo Cargo)? Read(CarriedSession? session, string at, Dictionary<string, string> errors)
    {
        if (session is not { SessionId: { } sessionId, PackageName: { } packageName, Cargo: { } cargo } || !Identifiers.IsValid(sessionId) || !Identifiers.IsValid(packageName))
        {
            errors[at] = "must have a sessionId, a packageName and its cargo";
            return null;
        }

        foreach (var (field, rule) in cargo.Validate())
        {
            errors[$"{at}.cargo.{field}"] = rule;
        }

        return (new AppSessionId(sessionId, packageName), cargo);
    }
}
