using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle.Entities;

/// <summary>What is stored about an app. Of its API key only a salted hash; its signing secrets encrypted, with a key that is not here.</summary>
public sealed record AppRegistration
{
    /// <summary>The most signing secrets that are valid at once: a new one, and the one that it takes over from.</summary>
    public const int MaxWebhookSecrets = 2;

    /// <summary>The webhook address of an app whose webhooks are relayed over the connections that its processes hold open.</summary>
    public const string Relayed = "relay:";

    /// <summary>How many changes are remembered: one that is delivered twice is delivered again soon.</summary>
    public const int RememberedChanges = 32;

    /// <summary>Names this version of the registration, so that the one who wrote it can see that it is in force.</summary>
    public string Revision { get; init; } = "";

    /// <summary>The revisions before this one, the newest last: a change that comes again is known by its own.</summary>
    public ImmutableArray<string> Earlier { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Where the app server takes webhooks; <see cref="Relayed"/> when it holds connections open for them.</summary>
    public string WebhookUrl { get; init; } = "";

    /// <summary>Whether its webhooks are relayed.</summary>
    [JsonIgnore]
    public bool IsRelayed => WebhookUrl == Relayed;

    /// <summary>Where the app's owner is told about trouble.</summary>
    public string? OwnerUrl { get; init; }

    /// <summary>What says by 2xx to a GET that the app is up, while it is away; null for nothing: then only webhooks look for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HealthUrl { get; init; }

    /// <summary>Whether somebody can be asked if the app is up. Of one whose webhooks are relayed its processes' connections say so.</summary>
    [JsonIgnore]
    public bool HasHealthUrl => HealthUrl is not null && !IsRelayed;

    /// <summary>What the app sets differently from the fleet.</summary>
    public PolicyOverrides Policy { get; init; } = new();

    /// <summary>Base64 of the salt.</summary>
    public string? ApiKeySalt { get; init; }

    /// <summary>Base64 of SHA-256 over salt and key, as <see cref="HashedKey"/> has it.</summary>
    public string? ApiKeyHash { get; init; }

    /// <summary>The key before this one, which stays valid until the next rotation or replacement; null when there is none.</summary>
    public HashedKey? OldApiKey { get; init; }

    /// <summary>The signing secrets of its webhooks, encrypted, the newest first; every webhook is signed with each.</summary>
    public ImmutableArray<string> WebhookSecrets { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Only on the way to the entity: what was made for an app that has none. Of several that come at once the first is taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SecretOffer? Offer { get; init; }

    /// <summary>How many API keys are valid: two while one is being replaced.</summary>
    [JsonIgnore]
    public int ApiKeyCount => (ApiKey is null ? 0 : 1) + (OldApiKey is null ? 0 : 1);

    /// <summary>Whether a change was made already. Of one without a name, as older versions told them, nothing is known.</summary>
    public bool Has(string revision) => revision.Length > 0 && (revision == Revision || Earlier.Contains(revision));

    /// <summary>Whether this change is the one that registered the app, as far as changes are remembered.</summary>
    public bool BeganWith(string revision) => revision == (Earlier.IsEmpty ? Revision : Earlier[0]);

    /// <summary>Whether it takes the place of another one: there is none, or this one was made of it by later changes.</summary>
    public bool IsNewerThan(AppRegistration? other) => other is null || (other.Revision != Revision && Earlier.Contains(other.Revision));

    /// <summary>The registration as it is stored: what was offered is taken where nothing was, and forgotten where something was.</summary>
    public AppRegistration Settled() => this with
    {
        Offer = null,
        ApiKeySalt = ApiKey is null ? Offer?.ApiKey?.Salt : ApiKeySalt,
        ApiKeyHash = ApiKey is null ? Offer?.ApiKey?.Hash : ApiKeyHash,
        WebhookSecrets = WebhookSecrets.IsEmpty && Offer?.WebhookSecret is { } secret ? [secret] : WebhookSecrets,
    };

    ImmutableArray<string> WithThis() => [.. Earlier.TakeLast(RememberedChanges - 1), Revision];

    HashedKey? ApiKey => ApiKeySalt is { } salt && ApiKeyHash is { } hash ? new(salt, hash) : null;

    /// <summary>The same registration with this key and no other.</summary>
    public AppRegistration WithApiKey(string key)
    {
        var made = HashedKey.Of(key);
        return this with { ApiKeySalt = made.Salt, ApiKeyHash = made.Hash, OldApiKey = null };
    }

    /// <summary>The registration after this one: what it does not carry of secrets stays as it was. One that was here before changes nothing.</summary>
    public AppRegistration ReplacedBy(AppRegistration newer) => Has(newer.Revision) ? this : newer with
    {
        Earlier = WithThis(),
        ApiKeySalt = newer.ApiKeyHash is null ? ApiKeySalt : newer.ApiKeySalt,
        ApiKeyHash = newer.ApiKeyHash ?? ApiKeyHash,
        OldApiKey = newer.ApiKeyHash is null ? OldApiKey : null,
        WebhookSecrets = newer.WebhookSecrets.IsEmpty ? WebhookSecrets : newer.WebhookSecrets,
    };

    /// <summary>The registration with a new signing secret; of the old ones the newest stays valid beside it. The same rotation again changes nothing.</summary>
    public AppRegistration RotatedBy(SecretRotation rotation) => Has(rotation.Revision) ? this : this with
    {
        Earlier = WithThis(),
        Revision = rotation.Revision,
        WebhookSecrets = [rotation.WebhookSecret, .. WebhookSecrets.Take(MaxWebhookSecrets - 1)],
    };

    /// <summary>The registration with a new API key; the one that was valid stays so beside it. The same rotation again changes nothing.</summary>
    public AppRegistration RotatedBy(KeyRotation rotation) => Has(rotation.Revision) ? this : this with
    {
        Earlier = WithThis(),
        Revision = rotation.Revision,
        ApiKeySalt = rotation.ApiKey.Salt,
        ApiKeyHash = rotation.ApiKey.Hash,
        OldApiKey = ApiKey,
    };

    /// <summary>Whether this is a key of the app; takes the same time for every wrong key of one length.</summary>
    public bool AcceptsApiKey(string key) => (ApiKey?.Is(key) ?? false) | (OldApiKey?.Is(key) ?? false);
}

/// <summary>A key and a secret for an app that has none.</summary>
/// <param name="ApiKey">The key, as it is stored; null when none is offered.</param>
/// <param name="WebhookSecret">The secret, encrypted; null when none is offered.</param>
public sealed record SecretOffer(HashedKey? ApiKey, string? WebhookSecret);

/// <summary>An API key that takes over from the newest one.</summary>
/// <param name="Revision">Names the version of the registration that has it.</param>
/// <param name="ApiKey">The key, as it is stored.</param>
/// <param name="Until">When nobody waits for it any more: after that it is not taken, for nobody would ever learn it. Null for no end.</param>
public sealed record KeyRotation(string Revision, HashedKey ApiKey, DateTimeOffset? Until = null);

/// <summary>A signing secret that takes over from the newest one.</summary>
/// <param name="Revision">Names the version of the registration that has it.</param>
/// <param name="WebhookSecret">The secret, encrypted.</param>
/// <param name="Until">When nobody waits for it any more: after that it is not taken. Null for no end.</param>
public sealed record SecretRotation(string Revision, string WebhookSecret, DateTimeOffset? Until = null);
