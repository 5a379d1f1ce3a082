namespace Lifecycle.Doctor;

/// <summary>Whether the app is taken to speak the doctor contract (docs/doctor.md).</summary>
public enum ContractMode
{
    /// <summary>It is asked.</summary>
    Ask = 0,

    /// <summary>It does, and fails where it does not.</summary>
    Spoken = 1,

    /// <summary>It does not.</summary>
    Unspoken = 2,
}

/// <summary>Which app server is looked at, and how. Checked by <see cref="Validate"/>.</summary>
public sealed record DoctorOptions
{
    /// <summary>The port that the doctor listens on unless it is told otherwise.</summary>
    public const int DefaultPort = 7075;

    /// <summary>The app's webhook address: absolute, http or https.</summary>
    public required Uri WebhookUrl { get; init; }

    /// <summary>The package that the app serves; an identifier of the wire.</summary>
    public required string PackageName { get; init; }

    /// <summary>The API key that the app shows; 1 to 1,024 visible ASCII characters. Never shown.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The webhook secrets that the app has, <c>whsec_…</c>, newest first: one or two. Never shown.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>Where the doctor listens, as Lifecycle does for the app. Port 0: a free one.</summary>
    public Uri Listen { get; init; } = new($"http://127.0.0.1:{DefaultPort}");

    /// <summary>The base address under which the app reaches the doctor; null: where it listens.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The app's process on this machine, which is sent SIGTERM at the end; null: it is not told to leave.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Instead of <see cref="ProcessId"/>: a command of the shell upon which the app's process leaves.</summary>
    public string? LeaveCommand { get; init; }

    /// <summary>Whether the app speaks the doctor contract.</summary>
    public ContractMode Contract { get; init; }

    /// <summary>Checks to play, by id or by a prefix that ends in <c>*</c>; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Checks not to play, in the same form.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>How long the app's webhook address may take until it listens. From zero to ten minutes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Throws when a value is missing or out of range.</summary>
    /// <exception cref="ArgumentException">Names every wrong one and what it must be; never a secret.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        Require(IsWeb(WebhookUrl), "the webhook URL must be an absolute http or https address");
        Require(IsWeb(Listen) && Listen.Scheme == Uri.UriSchemeHttp, "the address to listen on must be an absolute http address");
        Require(PublicUrl is null || IsWeb(PublicUrl), "the public URL must be an absolute http or https address");
        Require(PublicUrl is not null || Listen.Host is not ("0.0.0.0" or "[::]"), "who listens everywhere says by which public URL it is reached");
        Require(WireText.IsId(PackageName), $"the package name must be {WireText.IdRule}");
        Require(ApiKey is { Length: > 0 and <= 1024 } && ApiKey.All(c => c is > ' ' and <= '~'), "the API key must be 1 to 1,024 visible ASCII characters");
        Require(Secrets is { Count: 1 or 2 } && Secrets.All(Webhooks.Signature.IsSecret), $"the secrets must be one or two, each {Webhooks.Signature.SecretRule}");
        Require(ProcessId is null or > 1, "the process id must be one of an app, above 1");
        Require(ProcessId is null || LeaveCommand is null, "a process id and a command to leave exclude each other");
        Require(Enum.IsDefined(Contract), "the contract is asked for, spoken or unspoken");
        Require(Patience >= TimeSpan.Zero && Patience <= TimeSpan.FromMinutes(10), "the patience must be 0 to 10 min");
        foreach (var pattern in Only.Concat(Except).Where(pattern => !CheckList.All.Any(check => Matches(pattern, check.Id))))
            errors.Add($"no check is named {pattern}");
        if (errors.Count > 0) throw new ArgumentException(string.Join("; ", errors));

        void Require(bool holds, string rule)
        {
            if (!holds) errors.Add(rule);
        }
    }

    /// <summary>Without key and secrets.</summary>
    public override string ToString() => $"{PackageName} at {WebhookUrl.GetLeftPart(UriPartial.Path)}";

    internal bool Takes(Check check) =>
        (Only.Count == 0 || Only.Any(pattern => Matches(pattern, check.Id))) && !Except.Any(pattern => Matches(pattern, check.Id));

    internal bool CanLeave => ProcessId is not null || LeaveCommand is not null;

    static bool Matches(string pattern, string id) => pattern.EndsWith('*') ? id.StartsWith(pattern[..^1], StringComparison.Ordinal) : id == pattern;

    static bool IsWeb(Uri? address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" };
}
