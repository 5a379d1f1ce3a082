using System.Diagnostics;
using System.Text.Json.Serialization;
using Lifecycle.Sdk.Webhooks;

namespace Lifecycle.Sdk;

/// <summary>How an app server reaches Lifecycle. Checked by <see cref="Validate"/> when an <see cref="AppServer"/> is made.</summary>
public sealed class AppServerOptions
{
    static readonly string ProcessInstanceId = Guid.NewGuid().ToString("n");
    const int MaxSecrets = 8;
    static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Base address of Lifecycle, such as <c>http://localhost:7071</c>; a path prefix is kept.</summary>
    public Uri? LifecycleUrl { get; set; }

    /// <summary>The package this process serves; 1 to 128 characters of <c>A-Z a-z 0-9 . _ - @ +</c>, and neither <c>.</c> nor <c>..</c>.</summary>
    public string PackageName { get; set; } = "";

    /// <summary>The package's API key. Sent to <see cref="LifecycleUrl"/>, and where Lifecycle there tells sessions to move; never logged and not part of <see cref="ToString"/>.</summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// The package's webhook secrets, <c>whsec_…</c>: every webhook must be signed with one of them, whichever comes first. Two while
    /// one replaces the other; empty (the default): signatures are not looked at. Never logged and not part of <see cref="ToString"/>.
    /// </summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IReadOnlyList<string> WebhookSecrets { get; set; } = [];

    /// <summary>
    /// Whether webhooks come over a connection that this process opens and keeps, as an app wants it that is registered with the webhook address
    /// <c>relay:</c>: then it needs no address that Lifecycle can reach, and no endpoint. An application begins with it when it has started; without
    /// one, <see cref="AppServer.StartRelay"/> does. Default: no.
    /// </summary>
    public bool Relay { get; set; }

    /// <summary>
    /// Names this process. Lifecycle compares it to tell a reconnect of a living process from a restart, so it must
    /// not outlive the memory in which the sessions are kept. Default: a fresh id per process.
    /// </summary>
    public string InstanceId { get; set; } = ProcessInstanceId;

    /// <summary>Longest time for one negotiate call and the opening of its connection, while this process runs. Default 10 s; 100 ms to 5 min.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest wait for the ack after the connection is open, where negotiate does not say what to expect; then the attempt counts as failed. It
    /// grows with every attempt that had no ack, to the fourfold. Default 5 s; 100 ms to 5 min.
    /// </summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for the answer to a hub call such as setSubscriptions. Default 10 s; 100 ms to 5 min.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many sessions of this process try to attach at the same time; the others wait for their turn. Default 64; 1 to 10,000.</summary>
    public int MaxAttemptsAtOnce { get; set; } = 64;

    /// <summary>
    /// What becomes of the sessions when the application stops (SIGTERM). Default: <see cref="ShutdownMode.HandOver"/>, as a rolling update
    /// wants it.
    /// </summary>
    public ShutdownMode OnShutdown { get; set; } = ShutdownMode.HandOver;

    /// <summary>
    /// How long a hand-over may take before what has no successor is drained; Lifecycle's own limit for it stands above. Default 22 s; 0 (nothing is
    /// handed over) to 5 min. With <see cref="ShutdownLimit"/> it must be less than the time between SIGTERM and SIGKILL, 30 s in Kubernetes. When an
    /// application stops it is cut to what <c>HostOptions.ShutdownTimeout</c> (30 s by default) leaves.
    /// </summary>
    public TimeSpan HandOverLimit { get; set; } = TimeSpan.FromSeconds(22);

    /// <summary>What becomes of a message whose handler throws. Default: <see cref="FailedMessageMode.SetAside"/>.</summary>
    public FailedMessageMode OnFailedMessage { get; set; } = FailedMessageMode.SetAside;

    /// <summary>
    /// How long handlers, and goodbyes, may take in a shutdown, behind the hand-over if there is one. Default 5 s; 0 to 5 min. The host's own limit
    /// (<c>HostOptions.ShutdownTimeout</c>, 30 s by default) stands above it.
    /// </summary>
    public TimeSpan ShutdownLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Throws when a value is missing or out of range.</summary>
    /// <exception cref="ArgumentException">Names every wrong option and what it must be.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (!WireRules.IsBaseAddress(LifecycleUrl))
            errors.Add($"{nameof(LifecycleUrl)} must be an absolute http or https address without user, query or fragment");
        if (!WireRules.IsId(PackageName))
            errors.Add($"{nameof(PackageName)} must be {WireRules.IdRule}");
        if (!WireRules.IsId(InstanceId))
            errors.Add($"{nameof(InstanceId)} must be {WireRules.IdRule}");
        if (ApiKey is not { Length: > 0 and <= 1024 } || ApiKey.Any(c => c is <= ' ' or > '~'))
            errors.Add($"{nameof(ApiKey)} must be 1 to 1024 visible ASCII characters");
        if (WebhookSecrets is null || WebhookSecrets.Count > MaxSecrets || !WebhookSecrets.All(WebhookVerifier.IsSecret))
            errors.Add($"{nameof(WebhookSecrets)} must be at most {MaxSecrets} secrets, each {WebhookVerifier.Rule}");
        CheckTimeout(nameof(AttemptTimeout), AttemptTimeout);
        CheckTimeout(nameof(AckTimeout), AckTimeout);
        CheckTimeout(nameof(CallTimeout), CallTimeout);
        if (!Enum.IsDefined(OnShutdown)) errors.Add($"{nameof(OnShutdown)} must be {ShutdownMode.HandOver}, {ShutdownMode.Drain} or {ShutdownMode.Goodbye}");
        if (!Enum.IsDefined(OnFailedMessage))
            errors.Add($"{nameof(OnFailedMessage)} must be {FailedMessageMode.SetAside} or {FailedMessageMode.SendAgain}");
        if (MaxAttemptsAtOnce is < 1 or > 10_000)
            errors.Add($"{nameof(MaxAttemptsAtOnce)} must be 1 to 10,000, not {MaxAttemptsAtOnce}");
        CheckLimit(nameof(HandOverLimit), HandOverLimit);
        CheckLimit(nameof(ShutdownLimit), ShutdownLimit);
        if (errors.Count > 0)
            throw new ArgumentException("Invalid app server options: " + string.Join("; ", errors));

        void CheckLimit(string name, TimeSpan value)
        {
            if (value < TimeSpan.Zero || value > MaxTimeout)
                errors.Add($"{name} must be 0 to {MaxTimeout.TotalMinutes:0} min, not {value}");
        }

        void CheckTimeout(string name, TimeSpan value)
        {
            if (value < TimeSpan.FromMilliseconds(100) || value > MaxTimeout)
                errors.Add($"{name} must be 100 ms to {MaxTimeout.TotalMinutes:0} min, not {value}");
        }
    }

    /// <summary>Address, package and instance; never the key.</summary>
    public override string ToString() => $"{PackageName} at {LifecycleUrl} (instance {InstanceId})";

    internal AppServerOptions Copy() => (AppServerOptions)MemberwiseClone();

    internal Uri NegotiateUrl => WireRules.NegotiateUrl(LifecycleUrl!);
}
