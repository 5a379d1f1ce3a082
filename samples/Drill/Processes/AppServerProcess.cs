using System.Net.Http.Json;
using System.Reflection;
using System.Security.Cryptography;
using Lifecycle.Samples.Drill.App;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>The app server of one package, seen from outside: it can be started, killed, started again, and asked.</summary>
sealed class AppServerProcess(string package, AppKind kind, Uri lifecycle, string folder, HttpClient http, TimeProvider time) : IDisposable
{
    static readonly TimeSpan startLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan endLimit = TimeSpan.FromSeconds(20);

    readonly string ready = Path.Combine(folder, $"{package}.ready");
    readonly string journal = Path.Combine(folder, $"{package}.webhooks.jsonl");
    readonly string turnedAway = Path.Combine(folder, $"{package}.turned-away.jsonl");
    ChildProcess? process;
    Uri? address;

    public string Package => package;

    /// <summary>What it subscribes to after its first, second, … reconnect, over and over; empty to keep what is in force.</summary>
    public IReadOnlyList<string[]> AfterReconnect { get; set; } = [];

    /// <summary>The API key with which its package is registered.</summary>
    public string Key { get; } = "drill_" + Guid.NewGuid().ToString("n");

    /// <summary>The secret with which its webhooks are signed.</summary>
    public string Secret { get; } = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Where Lifecycle reaches it; the same after every start.</summary>
    public Uri WebhookUrl => new(address!, AppProgram.WebhookPath);

    /// <summary>Starts the process and waits until it listens.</summary>
    /// <param name="comesBack">Whether it attaches to the sessions in its book by itself.</param>
    /// <param name="answersAfter">How long it takes to answer a webhook.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task StartAsync(bool comesBack = false, TimeSpan answersAfter = default, CancellationToken cancellation = default)
    {
        await ListenAsync("app server",
        [
            "app", "--lifecycle", lifecycle.AbsoluteUri, "--package", package, "--journal", journal,
            "--book", Path.Combine(folder, $"{package}.sessions"), "--come-back", comesBack.ToString(),
            "--answer-after-ms", answersAfter.TotalMilliseconds.ToString("0"),
            "--after-reconnect", string.Join('|', AfterReconnect.Select(set => string.Join(',', set))), "--sets", AfterReconnect.Count.ToString(),
        ], cancellation);
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

    /// <summary>Ends the process for good, as it would be told to by SIGTERM.</summary>
    public Task EndAsync(CancellationToken cancellation) => process!.EndAsync(endLimit, time, cancellation);

    /// <summary>kill -9.</summary>
    public Task KillAsync() => process!.KillAsync();

    /// <summary>What the process knows of its sessions, by session id.</summary>
    public async Task<IReadOnlyDictionary<string, SessionFacts>> SessionsAsync(CancellationToken cancellation)
    {
        var facts = await http.GetFromJsonAsync<SessionFacts[]>(new Uri(address!, AppProgram.SessionsPath), cancellation);
        return facts!.ToDictionary(fact => fact.SessionId);
    }

    /// <summary>Every webhook that reached this package's processes, in order of arrival.</summary>
    public IReadOnlyList<WebhookArrival> Webhooks() => WebhookJournal.ReadAll(journal);

    /// <summary>Every webhook that was answered with 503 while it was drained, in order of arrival.</summary>
    public IReadOnlyList<WebhookArrival> TurnedAway() => WebhookJournal.ReadAll(turnedAway);

    public void Dispose() => process?.Dispose();

    // On the port that it had before, if it had one.
    async Task ListenAsync(string what, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var log = Path.Combine(folder, $"{package}.log");
        File.Delete(ready);
        process?.Dispose();
        string[] all = [.. arguments, "--port", (address?.Port ?? 0).ToString(), "--ready", ready];
        (string, string)[] secrets = [(AppOptions.KeyVariable, Key), (AppOptions.SecretVariable, Secret)];
        process = kind == AppKind.Node
            ? ChildProcess.StartProgram("node", [NodeSdk.AppScript, .. all], log, secrets)
            : ChildProcess.Start(Assembly.GetExecutingAssembly().Location, all, log, secrets);
        await Until.HoldsAsync($"the {what} of {package} to listen", startLimit, time, () => Task.FromResult(
            File.Exists(ready) ? null
            : process.IsRunning ? "no ready file yet"
            : throw new DrillException($"The {what} of {package} ended at its start; see {log}")), cancellation);
    }
}
