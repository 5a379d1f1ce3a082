using System.ComponentModel;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Webhooks;

namespace Lifecycle.Functions;

/// <summary>The body of <c>PUT /api/apps/{packageName}</c>.</summary>
sealed record AppBody
{
    const int MaxUrl = 2048;
    const int MinKey = 16;
    const int MaxKey = 256;

    [Description($"An http or https URL; or {AppRegistration.Relayed}, for an app whose processes hold connections open over which they get their webhooks.")]
    public string? WebhookUrl { get; init; }

    public string? ApiKey { get; init; }

    public string? OwnerUrl { get; init; }

    [Description("An http or https URL that answers 2xx to a GET when the app can take webhooks, and anything else when it cannot. While the app is away it is asked every 2 s.")]
    public string? HealthUrl { get; init; }

    /// <summary>The signing secrets, the newest first.</summary>
    public IReadOnlyList<string?>? WebhookSecrets { get; init; }

    public PolicyOverrides? Policy { get; init; }

    /// <summary>The registration that the body asks for, without secrets.</summary>
    public AppRegistration Validated(string revision, Policy fleet, WebhookTargets targets)
    {
        var errors = new Dictionary<string, string>();
        CheckUrl(errors, "webhookUrl", WebhookUrl, required: true, targets);
        CheckUrl(errors, "ownerUrl", OwnerUrl, required: false, targets);
        CheckHealthUrl(errors, targets);
        CheckSecrets(errors);
        if (ApiKey is not null && (ApiKey.Length is < MinKey or > MaxKey || ApiKey.Any(c => c is < '!' or > '~')))
        {
            errors["apiKey"] = $"must be {MinKey} to {MaxKey} printable ASCII characters, or absent to have one made";
        }

        foreach (var (name, wrong) in (Policy ?? new()).Over(fleet).Validate())
        {
            errors[$"policy.{name}"] = wrong;
        }

        if (errors.Count > 0)
        {
            throw InputException.Invalid("invalid_app", errors);
        }

        return new AppRegistration { Revision = revision, WebhookUrl = WebhookUrl!, OwnerUrl = OwnerUrl, HealthUrl = HealthUrl, Policy = Policy ?? new() };
    }

    /// <summary>Says nothing of what it holds: it holds secrets.</summary>
    public override string ToString() => nameof(AppBody);

    void CheckHealthUrl(Dictionary<string, string> errors, WebhookTargets targets)
    {
        if (HealthUrl is not null && WebhookUrl == AppRegistration.Relayed)
        {
            errors["healthUrl"] = "must be absent for an app whose webhooks are relayed: the connections of its processes say that it is up";
            return;
        }

        CheckUrl(errors, "healthUrl", HealthUrl, required: false, targets);
    }

    void CheckSecrets(Dictionary<string, string> errors)
    {
        if (WebhookSecrets is { } secrets
            && (secrets.Count is < 1 or > AppRegistration.MaxWebhookSecrets || secrets.Any(s => WebhookSecret.Read(s) is null) || secrets.Distinct().Count() < secrets.Count))
        {
            errors["webhookSecrets"] =
                $"must be 1 to {AppRegistration.MaxWebhookSecrets} different secrets, the newest first, each {WebhookSecret.Rule}; or absent to have one made";
        }
    }

    static void CheckUrl(Dictionary<string, string> errors, string name, string? url, bool required, WebhookTargets targets)
    {
        if (required ? url == AppRegistration.Relayed : url is null)
        {
            return;
        }

        if (url is null || url.Length > MaxUrl || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || !WebhookTargets.HasHost(uri))
        {
            errors[name] = $"must be an absolute http or https URL of at most {MaxUrl} characters, with a host that DNS can know, without user info and fragment"
                + (required ? $"; or {AppRegistration.Relayed}, to have webhooks relayed" : "");
        }
        else if (!targets.Allow(uri))
        {
            errors[name] = "must not lead to a private, loopback, link-local or otherwise special network";
        }
    }
}
