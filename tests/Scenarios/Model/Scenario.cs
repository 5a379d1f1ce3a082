using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle.Scenarios;

/// <summary>
/// One incident as a file: who is there, what happens when, and what must hold. Nothing in it depends on where it runs. Times are
/// milliseconds of the scenario's own clock.
/// </summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    public required string About { get; init; }

    /// <summary>Too much for a test on the embedded runtime: there it is played by the command only.</summary>
    public bool Heavy { get; init; }

    /// <summary>The work items per second of the durable engine in the timing that states them: one instance of the official host does about 100.</summary>
    public int Capacity { get; init; } = 100;

    /// <summary>The median time from a signal to its execution, where timing has any; null for what was measured.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>By how much recoveries may be slower than expected where the engine is; but for the pace, nothing else may be worse for it.</summary>
    public LaterModel Later { get; init; } = new();

    /// <summary>Webhooks are relayed over connections that the apps' processes hold open, and no app has an address.</summary>
    public bool Relay { get; init; }

    /// <summary>What it is about that only an app with an address has; null when relayed webhooks make no difference.</summary>
    public string? ByAddress { get; init; }

    /// <summary>Seeds every random choice of the apps.</summary>
    public int Seed { get; init; } = 1;

    public required IReadOnlyList<AppModel> Apps { get; init; }

    public required IReadOnlyList<StepModel> Steps { get; init; }

    /// <summary>When to stop and look.</summary>
    public required double UntilMs { get; init; }

    public required Expectations Expect { get; init; }

    public static Scenario Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Scenario>(File.ReadAllText(path), options) ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{Path.GetFileName(path)}: {e.Message}", e);
        }
    }

    static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };
}

/// <summary>One app: its server process, and the sessions it is attached to.</summary>
public sealed record AppModel
{
    public required string Package { get; init; }

    public required int Sessions { get; init; }

    public PolicyOverrides Policy { get; init; } = new();

    /// <summary>After a lost socket a live process tries again after a time in this range, and again until it is attached.</summary>
    public double[] ReconnectMs { get; init; } = [200, 2_000];

    /// <summary>It is registered with a health URL, which answers 200 while a process is up and otherwise what its webhook does.</summary>
    public bool Health { get; init; }

    /// <summary>How long it takes to answer a webhook that reaches it. With 0, the default, none is ever in flight when a host is killed.</summary>
    public double WebhookMs { get; init; }

    /// <summary>After an accepted webhook the app attaches after a time in this range.</summary>
    public double[] AttachMs { get; init; } = [50, 300];

    /// <summary>How many processes it has behind a balancer that takes them in turn; each knows only the sessions that it attached itself.</summary>
    public int Pods { get; init; } = 1;

    /// <summary>The version of the wire that its SDK speaks: from 2 on it tells what it has handled, and can hand over.</summary>
    public int Version { get; init; }

    /// <summary>How long a handler takes for a message.</summary>
    public double HandleMs { get; init; }

    /// <summary>For how long a process that leaves waits for a successor.</summary>
    public double HandOverMs { get; init; } = 22_000;

    /// <summary>How many of its sessions somebody looks at: the last ones.</summary>
    public int ForegroundSessions { get; init; }

    /// <summary>What the app subscribes to after its first attach.</summary>
    public string[] Subscribe { get; init; } = [];

    /// <summary>What it subscribes to after its first, second, … attach that kept state, over and over; empty to keep what is in force.</summary>
    public string[][] AfterReconnect { get; init; } = [];
}

/// <summary>What a slow engine may cost: hops take their time there, and a timer comes up to 1.4 s late.</summary>
/// <param name="AzureStorageMs">With the latencies and timers of Azure Storage, in milliseconds.</param>
/// <param name="AtCapacityMs">And at the stated capacity, where work stands in line.</param>
/// <param name="MorePerSecond">How many webhooks more may go in one second: those of the one before, whose timers were late, and a few of the one before that.</param>
public sealed record LaterModel(double AzureStorageMs = 1_500, double AtCapacityMs = 2_500, double MorePerSecond = 22);

/// <summary>Something that happens at a time.</summary>
public sealed record StepModel
{
    public required double AtMs { get; init; }

    public required StepKind Do { get; init; }

    /// <summary>Which app it happens to; null for all.</summary>
    public string? Package { get; init; }

    /// <summary>To how many of its sessions; null for all.</summary>
    public int? Sessions { get; init; }

    /// <summary>Over which time it is spread, or for how long it lasts, or by how much events are late.</summary>
    public double Ms { get; init; }

    /// <summary>Does it again after every such time, until the next field says.</summary>
    public double? EveryMs { get; init; }

    /// <summary>Until when it is done again.</summary>
    public double LastMs { get; init; }

    /// <summary>
    /// The HTTP status that the app's webhook answers from now on; 0 for its ordinary answer. For an app that is killed, what its ingress
    /// answers while it is down; 0 when nobody listens.
    /// </summary>
    public int Status { get; init; }

    /// <summary>The <c>Retry-After</c> that goes with such an answer, as it is sent; null for none.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The policy that the app is registered with from now on.</summary>
    public PolicyOverrides? Policy { get; init; }

    /// <summary>Whether a process that boots attaches to its sessions by itself.</summary>
    public bool ComesBack { get; init; }

    /// <summary>Which process of an app that has several; null for all.</summary>
    public int? Pod { get; init; }

    /// <summary>For a fault: of how many events in a hundred; null for all.</summary>
    public double? Percent { get; init; }

    /// <summary>For chatter: messages per second, over all sessions in turn.</summary>
    public double PerSecond { get; init; }

    /// <summary>Which upstream event a fault is about.</summary>
    public string Event { get; init; } = "disconnected";

    /// <summary>The step as often as it is done.</summary>
    public IEnumerable<StepModel> Repeated()
    {
        yield return this;
        for (var at = AtMs + EveryMs; at <= LastMs; at += EveryMs)
        {
            yield return this with { AtMs = at.Value };
        }
    }
}

public enum StepKind
{
    /// <summary>The platform starts the app in its sessions.</summary>
    Start,

    /// <summary>The platform stops it.</summary>
    Stop,

    /// <summary>An operator revives every session of the app that was given up.</summary>
    ReviveAll,

    /// <summary>Sockets drop; the processes live.</summary>
    DropSockets,

    /// <summary>The WebSocket endpoints take no connections for a time.</summary>
    EndpointsDown,

    /// <summary>The app's process dies: sockets close, webhooks are refused.</summary>
    KillApp,

    /// <summary>A process of the app stands still for a time, as under a debugger: its sockets close, it does not notice, and it answers nothing.</summary>
    PauseApp,

    /// <summary>For a time no socket gets through from where the app is; everything else does.</summary>
    Firewall,

    /// <summary>For a time one of two hosts cannot reach the SignalR service as a client does.</summary>
    BlindHost,

    /// <summary>One of an app's processes gets SIGTERM, and a new one is up in its place, to which the balancer sends webhooks from now on.</summary>
    ReplacePod,

    /// <summary>A second process of the app is started on purpose, under another instance id, and attaches to all sessions without being asked.</summary>
    BootBeside,

    /// <summary>Handlers of the app do not return any more, until their process is replaced; its sockets live.</summary>
    DeafApp,

    /// <summary>An operator asks all attached apps to attach anew within a time, each in a slot of its own.</summary>
    Move,

    /// <summary>The platform posts messages for a time, at a rate, to all sessions in turn.</summary>
    Chatter,

    /// <summary>A new process of the app is up.</summary>
    BootApp,

    /// <summary>From now on the app's process exits that long after each attach, one session by itself.</summary>
    BreakApp,

    /// <summary>It stays up again.</summary>
    MendApp,

    /// <summary>The app's webhook answers with another status from now on.</summary>
    AppAnswers,

    /// <summary>The platform registers the app again, with another policy.</summary>
    SetPolicy,

    /// <summary>Upstream events come late from now on, by that much.</summary>
    DelayEvents,

    /// <summary>Upstream events are lost for a time.</summary>
    LoseEvents,

    /// <summary>Upstream events come twice from now on.</summary>
    DoubleEvents,

    /// <summary>The host process is killed and is up again after a time.</summary>
    KillHost,

    /// <summary>The durable engine stands still for a time, then goes on with what it was told.</summary>
    StallEngine,

    /// <summary>The app says goodbye.</summary>
    Release,

    /// <summary>The platform posts a message to every session.</summary>
    Post,

    /// <summary>Publishers send to every stream that an app believes to be subscribed to.</summary>
    Publish,

    /// <summary>The SignalR service forgets all group memberships.</summary>
    ForgetGroups,
}

/// <summary>A closed range; an absent end is open.</summary>
public sealed record RangeModel(double? Min = null, double? Max = null)
{
    public bool Holds(double value) => (Min is not { } min || value >= min) && (Max is not { } max || value <= max);

    /// <summary>The same with a higher upper end.</summary>
    public RangeModel Plus(double more) => this with { Max = Max + more };

    public override string ToString() => Min == Max ? $"{Min:0}" : $"{(Min is null ? "" : $">= {Min:0}")}{(Min is null || Max is null ? "" : ", ")}{(Max is null ? "" : $"<= {Max:0}")}";
}
