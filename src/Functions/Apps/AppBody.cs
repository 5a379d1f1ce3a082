using Lifecycle.Entities;
using Lifecycle.Functions.Http;

namespace Lifecycle.Functions;

/// <summary>The body of <c>PUT /api/apps/{packageName}</c>.</summary>
sealed record AppBody
{
    const int MaxUrl = 2048;
    const int MinKey = 16;
    const int MaxKey = 256;

    public string? WebhookUrl { get; init; }

    public string? ApiKey { get; init; }

    public string? OwnerUrl { get; init; }

    public PolicyOverrides? Policy { get; init; }

    /// <summary>The registration that the body asks for; without a key unless one is given.</summary>
    public AppRegistration Validated(string revision, Policy fleet)
    {
        var errors = new Dictionary<string, string>();
        CheckUrl(errors, "webhookUrl", WebhookUrl, required: true);
        CheckUrl(errors, "ownerUrl", OwnerUrl, required: false);
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

        var app = new AppRegistration { Revision = revision, WebhookUrl = WebhookUrl!, OwnerUrl = OwnerUrl, Policy = Policy ?? new() };
        return ApiKey is null ? app : app.WithApiKey(ApiKey);
    }

    static void CheckUrl(Dictionary<string, string> errors, string name, string? url, bool required)
    {
        if (url is null && !required)
        {
            return;
        }

        if (url is null || url.Length > MaxUrl || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            errors[name] = $"must be an absolute http or https URL of at most {MaxUrl} characters, without user info and fragment";
        }
    }
}

/// <summary>An app as the API shows it: never a secret, but for a key that was just made.</summary>
sealed record AppView(string PackageName, string WebhookUrl, string? OwnerUrl, PolicyOverrides Overrides, Policy Policy, string? ApiKey = null)
{
    public static AppView Of(string packageName, AppRegistration app, Policy inForce, string? madeKey = null) =>
        new(packageName, app.WebhookUrl, app.OwnerUrl, app.Policy, inForce, madeKey);
}
