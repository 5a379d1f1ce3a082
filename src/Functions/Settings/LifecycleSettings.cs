using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Settings;

/// <summary>The app's own settings, read and validated once at start-up.</summary>
/// <param name="Backend">The granularity of the durable backend's timers.</param>
/// <param name="Fleet">The policy of apps that set nothing themselves.</param>
/// <param name="AllowPrivateTargets">Whether webhooks may go to private, loopback and other special networks.</param>
/// <param name="KeyRing">Where the keys are that secrets are encrypted with.</param>
public sealed record LifecycleSettings(DurableBackend Backend, Policy Fleet, bool AllowPrivateTargets, KeyRingSetting KeyRing)
{
    /// <summary>The section of the app's own settings.</summary>
    public const string Section = "Lifecycle";

    /// <summary>The setting that names the durable backend.</summary>
    public const string BackendSetting = Section + ":DurableBackend";

    /// <summary>Settings <c>Lifecycle:Policy:ReconnectGraceMs</c> and so on override the fleet's defaults.</summary>
    public const string PolicySection = Section + ":Policy";

    /// <summary>The setting that says how long finished orchestrations are kept.</summary>
    public const string KeepRunsSetting = Section + ":KeepRunsHours";

    /// <summary>Settings of who looks whether clients can open sockets at the SignalR service.</summary>
    public const string CanarySection = Section + ":Canary";

    /// <summary>Settings of how webhooks are sent.</summary>
    public const string WebhooksSection = Section + ":Webhooks";

    /// <summary>The setting that bounds what a sweep of reconciliation asks of the SignalR service.</summary>
    public const string MaxQuestionsSetting = ReconciliationSection + ":MaxQuestionsPerSweep";

    /// <summary>The setting that bounds how many group memberships a sweep of reconciliation has renewed.</summary>
    public const string MaxJoinsSetting = ReconciliationSection + ":MaxJoinsPerSweep";

    const string ReconciliationSection = Section + ":Reconciliation";

    const int DefaultKeepRunsHours = 24;
    const int DefaultMaxQuestions = 5_000;
    const int DefaultMaxJoins = 2_000;

    /// <summary>How many hours finished orchestrations are kept, 1 to 8,760. Default 24.</summary>
    public int KeepRunsHours { get; init; } = DefaultKeepRunsHours;

    /// <summary>
    /// How many sessions a sweep of reconciliation asks the SignalR service about by themselves at most, 1 to 1,000,000. Default 5,000. Those of which the lists of the
    /// service tell enough do not count.
    /// </summary>
    public int MaxQuestionsPerSweep { get; init; } = DefaultMaxQuestions;

    /// <summary>
    /// How many group memberships a sweep of reconciliation has joined again at most, 1 to 1,000,000. Default 2,000. Too small: memberships of
    /// a large fleet end before it is their turn. Too large: the SignalR service refuses calls.
    /// </summary>
    public int MaxJoinsPerSweep { get; init; } = DefaultMaxJoins;

    /// <summary>Whether anybody looks if clients can open sockets at the SignalR service. Default true.</summary>
    public bool CanaryEnabled { get; init; } = true;

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">Where from.</param>
    /// <param name="isDevelopment">Whether this is a developer's machine: webhooks may go to it, and keys are kept on it.</param>
    /// <exception cref="SettingException">One is malformed or out of range, or missing where there is no default.</exception>
    public static LifecycleSettings Read(IConfiguration configuration, bool isDevelopment)
    {
        SettingException.RefuseUnknown(configuration.GetSection(Section), ["Canary", "DurableBackend", "KeepRunsHours", "KeyRing", "Policy", "Reconciliation", "Webhooks"]);
        SettingException.RefuseUnknown(configuration.GetSection(ReconciliationSection), [nameof(MaxQuestionsPerSweep), nameof(MaxJoinsPerSweep)]);
        var canary = configuration.GetSection(CanarySection);
        SettingException.RefuseUnknown(canary, ["Enabled"]);
        var webhooks = configuration.GetSection(WebhooksSection);
        SettingException.RefuseUnknown(webhooks, [nameof(AllowPrivateTargets)]);
        return new(
            ReadBackend(configuration[BackendSetting], isDevelopment),
            ReadPolicy(configuration.GetSection(PolicySection)),
            Flag(webhooks, nameof(AllowPrivateTargets)) ?? isDevelopment,
            KeyRingSetting.Read(configuration, isDevelopment))
        {
            KeepRunsHours = ReadWhole(configuration, KeepRunsSetting, 8_760, "a whole number of hours") ?? DefaultKeepRunsHours,
            MaxQuestionsPerSweep = ReadWhole(configuration, MaxQuestionsSetting, 1_000_000, "a whole number") ?? DefaultMaxQuestions,
            MaxJoinsPerSweep = ReadWhole(configuration, MaxJoinsSetting, 1_000_000, "a whole number") ?? DefaultMaxJoins,
            CanaryEnabled = Flag(canary, "Enabled") ?? true,
        };
    }

    static int? ReadWhole(IConfiguration configuration, string setting, int most, string rule) => configuration[setting] switch
    {
        null or "" => null,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number >= 1 && number <= most
            ? number
            : throw SettingException.OutOfRange(setting, $"must be between 1 and {most}, and is {number}"),
        { } text => throw SettingException.Malformed(setting, text, rule),
    };

    // In Azure host.json names Azure Storage: deadlines that are not aligned cost 150 requests each there, aligned ones cost others nothing.
    static DurableBackend ReadBackend(string? text, bool isDevelopment) => text switch
    {
        null or "" => isDevelopment ? DurableBackend.Exact : DurableBackend.AzureStorage,
        _ when Enum.TryParse<DurableBackend>(text, ignoreCase: true, out var backend) && Enum.IsDefined(backend) => backend,
        _ => throw SettingException.Malformed(BackendSetting, text, "one of Exact (embedded, Durable Task Scheduler), AzureStorage"),
    };

    static Policy ReadPolicy(IConfigurationSection section)
    {
        var overrides = new PolicyOverrides
        {
            ReconnectGraceMs = Number(section, nameof(Policy.ReconnectGraceMs)),
            Resurrect = Flag(section, nameof(Policy.Resurrect)),
            HorizonMs = Number(section, nameof(Policy.HorizonMs)),
            BackoffBaseMs = Number(section, nameof(Policy.BackoffBaseMs)),
            BackoffCapMs = Number(section, nameof(Policy.BackoffCapMs)),
            InitialSpreadMs = Number(section, nameof(Policy.InitialSpreadMs)),
            ConnectTimeoutMs = Number(section, nameof(Policy.ConnectTimeoutMs)),
            WebhookTimeoutMs = Number(section, nameof(Policy.WebhookTimeoutMs)),
            AllowUnsolicited = Flag(section, nameof(Policy.AllowUnsolicited)),
            RetentionMs = Number(section, nameof(Policy.RetentionMs)),
            StopTimeoutMs = Number(section, nameof(Policy.StopTimeoutMs)),
            PacePerSecond = Number(section, nameof(Policy.PacePerSecond)),
            PaceCeiling = Number(section, nameof(Policy.PaceCeiling)),
            PaceBurst = Number(section, nameof(Policy.PaceBurst)),
            BreakerFailures = Number(section, nameof(Policy.BreakerFailures)),
            BreakerPercent = Number(section, nameof(Policy.BreakerPercent)),
            BreakerMinimum = Number(section, nameof(Policy.BreakerMinimum)),
            BreakerWindowMs = Number(section, nameof(Policy.BreakerWindowMs)),
            ProbeFloorMs = Number(section, nameof(Policy.ProbeFloorMs)),
            ProbePercent = Number(section, nameof(Policy.ProbePercent)),
            ProbeCapMs = Number(section, nameof(Policy.ProbeCapMs)),
            FirstFlight = Number(section, nameof(Policy.FirstFlight)),
            AliveLimitMs = Number(section, nameof(Policy.AliveLimitMs)),
            LateLimitMs = Number(section, nameof(Policy.LateLimitMs)),
            StableMs = Number(section, nameof(Policy.StableMs)),
            CrashLoopBaseMs = Number(section, nameof(Policy.CrashLoopBaseMs)),
            CrashLoopCapMs = Number(section, nameof(Policy.CrashLoopCapMs)),
            BufferedMessages = Number(section, nameof(Policy.BufferedMessages)),
            BufferedBytes = Number(section, nameof(Policy.BufferedBytes)),
        };
        SettingException.RefuseUnknown(section, [.. typeof(PolicyOverrides).GetProperties().Select(p => p.Name)]);
        var policy = overrides.Over(Policy.Default);
        foreach (var (name, wrong) in policy.Validate())
        {
            throw SettingException.OutOfRange($"{PolicySection}:{name}", wrong);
        }

        return policy;
    }

    static int? Number(IConfigurationSection section, string name) => section[name] switch
    {
        null or "" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw SettingException.Malformed($"{section.Path}:{name}", text, "a whole number"),
    };

    static bool? Flag(IConfigurationSection section, string name) => section[name] switch
    {
        null or "" => null,
        var text when bool.TryParse(text, out var flag) => flag,
        var text => throw SettingException.Malformed($"{section.Path}:{name}", text, "true or false"),
    };
}
