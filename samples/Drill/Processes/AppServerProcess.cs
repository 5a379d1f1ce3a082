using System.Net.Http.Json;
using System.Reflection;
using Lifecycle.Samples.Drill.App;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>
/// The app server of one package, or one of several, or what stands in front of them, seen from outside: it can be started, killed, started
/// again, and asked.
/// </summary>
/// <param name="keys">Its package.</param>
/// <param name="name">Its own name, which its files have.</param>
/// <param name="kind">What it is.</param>
/// <param name="lifecycle">Lifecycle's API.</param>
/// <param name="folder">Where its files are.</param>
/// <param name="http">To ask it.</param>
/// <param name="time">The clock.</param>
sealed class AppServerProcess(PackageKeys keys, string name, AppKind kind, Uri lifecycle, string folder, HttpClient http, TimeProvider time) : IDisposable
{
    static readonly TimeSpan startLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan endLimit = TimeSpan.FromSeconds(20);

    readonly string ready = Path.Combine(folder, $"{name}.ready");
    readonly string journal = Path.Combine(folder, $"{name}.webhooks.jsonl");
    readonly string turnedAway = Path.Combine(folder, $"{name}.turned-away.jsonl");
    readonly string notices = Path.Combine(folder, $"{name}.notices.jsonl");
    readonly string mended = Path.Combine(folder, $"{name}.mended");
    readonly string handled = Path.Combine(folder, $"{name}.handled.jsonl");
    ChildProcess? process;
    Uri? address;

    /// <summary>The package and its secrets.</summary>
    public PackageKeys Keys => keys;

    public string Package => keys.Package;

    public string Name => name;

    public AppKind Kind => kind;

    /// <summary>What it subscribes to after its first, second, … reconnect, over and over; empty to keep what is in force.</summary>
    public IReadOnlyList<string[]> AfterReconnect { get; set; } = [];

    /// <summary>How long the handler of a message takes.</summary>
    public TimeSpan HandlerTakes { get; set; }

    /// <summary>The id under which Lifecycle knows the process that was started last.</summary>
    public string Instance { get; private set; } = "";

    /// <summary>Where it listens; the same after every start.</summary>
    public Uri Address => address!;

    /// <summary>Where Lifecycle reaches it; the same after every start.</summary>
    public Uri WebhookUrl => new(address!, AppProgram.WebhookPath);

    /// <summary>Where its owner hears of its incidents; null when nobody wants to.</summary>
    public Uri? OwnerUrl => kind == AppKind.Supervisor ? new(address!, SupervisorProgram.OwnerPath) : null;

    /// <summary>The processes that a balancer passes webhooks on to; it looks there for each.</summary>
    public string Upstreams => Path.Combine(folder, $"{name}.upstreams.json");

    /// <summary>Starts the process and waits until it listens.</summary>
    /// <param name="comesBack">Whether it attaches to the sessions in its book by itself.</param>
    /// <param name="answersAfter">How long it takes to answer a webhook.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task StartAsync(bool comesBack = false, TimeSpan answersAfter = default, CancellationToken cancellation = default)
    {
        Instance = $"{name}-{Guid.NewGuid().ToString("n")[..8]}";
        await (kind switch
        {
            AppKind.Balancer => ListenAsync("balancer", ["balancer", "--journal", journal, "--upstreams", Upstreams], cancellation),
            AppKind.Supervisor => ListenAsync(
                "supervisor", ["supervisor", "--notices", notices, "--mended", mended, .. AppArguments(comesBack, answersAfter)], cancellation),
            _ => ListenAsync("app server", ["app", .. AppArguments(comesBack, answersAfter)], cancellation),
        });
        address = new Uri(await File.ReadAllTextAsync(ready, cancellation));
    }

    /// <summary>
    /// Ends the process as a rolling update does: it closes its sockets, without a goodbye to its sessions. From then on its port
    /// answers 503 to everything, until it is started again.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        await process!.EndAsync(endLimit, time, cancellation);
        await ListenAsync("ingress", ["ingress", "--journal", turnedAway], cancellation);
    }

    /// <summary>Ends the process for good; what is attached is drained, and handed over to nobody.</summary>
    public Task EndAsync(CancellationToken cancellation) => process!.EndAsync(endLimit, time, cancellation);

    /// <summary>SIGTERM, upon which it leaves as its SDK does by default. Answers its exit code and how long it took.</summary>
    public Task<(int ExitCode, TimeSpan Took)> TerminateAsync(TimeSpan limit, CancellationToken cancellation) => process!.TerminateAsync(limit, time, cancellation);

    /// <summary>kill -9.</summary>
    public Task KillAsync() => process!.KillAsync();

    /// <summary>From now on the processes that a supervisor starts stay up.</summary>
    public void Mend() => File.WriteAllText(mended, "");

    /// <summary>What the process knows of its sessions, by session id.</summary>
    public async Task<IReadOnlyDictionary<string, SessionFacts>> SessionsAsync(CancellationToken cancellation)
    {
        var facts = await http.GetFromJsonAsync<SessionFacts[]>(new Uri(address!, AppProgram.SessionsPath), cancellation);
        return facts!.ToDictionary(fact => fact.SessionId);
    }

    /// <summary>Every webhook that reached it, in order of arrival.</summary>
    public IReadOnlyList<WebhookArrival> Webhooks() => Journal.ReadAll<WebhookArrival>(journal);

    /// <summary>Every notice to the owner that reached a supervisor, in order of arrival.</summary>
    public IReadOnlyList<OwnerNotice> Notices() => Journal.ReadAll<OwnerNotice>(notices);

    /// <summary>Every webhook that was answered with 503 while it was drained, in order of arrival.</summary>
    public IReadOnlyList<WebhookArrival> TurnedAway() => Journal.ReadAll<WebhookArrival>(turnedAway);

    /// <summary>Every message that it handled, in the order in which its handlers returned.</summary>
    public IReadOnlyList<HandledMessage> Handled() => Journal.ReadAll<HandledMessage>(handled);

    public void Dispose() => process?.Dispose();

    IEnumerable<string> AppArguments(bool comesBack, TimeSpan answersAfter) =>
    [
        "--lifecycle", lifecycle.AbsoluteUri, "--package", Package, "--instance", Instance, "--journal", journal, "--handled", handled,
        "--book", Path.Combine(folder, $"{name}.sessions"), "--come-back", comesBack.ToString(),
        "--answer-after-ms", answersAfter.TotalMilliseconds.ToString("0"), "--handler-ms", HandlerTakes.TotalMilliseconds.ToString("0"),
        "--after-reconnect", string.Join('|', AfterReconnect.Select(set => string.Join(',', set))), "--sets", AfterReconnect.Count.ToString(),
    ];

    // On the port that it had before, if it had one.
    async Task ListenAsync(string what, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var log = Path.Combine(folder, $"{name}.log");
        File.Delete(ready);
        process?.Dispose();
        string[] all = [.. arguments, "--port", (address?.Port ?? 0).ToString(), "--ready", ready];
        (string, string)[] secrets = [(AppOptions.KeyVariable, keys.Key), (AppOptions.SecretVariable, keys.Secret)];
        process = kind == AppKind.Node
            ? ChildProcess.StartProgram("node", [NodeSdk.AppScript, .. all], log, secrets)
            : ChildProcess.Start(Assembly.GetExecutingAssembly().Location, all, log, secrets);
        await Until.HoldsAsync($"the {what} of {name} to listen", startLimit, time, () => Task.FromResult(
            File.Exists(ready) ? null
            : process.IsRunning ? "no ready file yet"
            : throw new DrillException($"The {what} of {name} ended at its start; see {log}")), cancellation);
    }
}
