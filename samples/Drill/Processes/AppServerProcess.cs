using System.Net.Http.Json;
using System.Reflection;
using System.Security.Cryptography;
using Lifecycle.Samples.Drill.App;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>The app server of one package, seen from outside: it can be started, killed, started again, and asked.</summary>
sealed class AppServerProcess(string package, Uri lifecycle, string folder, HttpClient http, TimeProvider time) : IDisposable
{
    static readonly TimeSpan startLimit = TimeSpan.FromSeconds(30);

    readonly string ready = Path.Combine(folder, $"{package}.ready");
    readonly string journal = Path.Combine(folder, $"{package}.webhooks.jsonl");
    ChildProcess? process;
    Uri? address;

    public string Package => package;

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
        File.Delete(ready);
        process?.Dispose();
        process = ChildProcess.Start(Assembly.GetExecutingAssembly().Location,
        [
            "app", "--lifecycle", lifecycle.AbsoluteUri, "--package", package, "--port", (address?.Port ?? 0).ToString(), "--ready", ready,
            "--journal", journal, "--book", Path.Combine(folder, $"{package}.sessions"), "--come-back", comesBack.ToString(),
            "--answer-after-ms", answersAfter.TotalMilliseconds.ToString("0"),
        ], Path.Combine(folder, $"{package}.log"), (AppOptions.KeyVariable, Key), (AppOptions.SecretVariable, Secret));
        await Until.HoldsAsync($"the app server of {package} to listen", startLimit, time, () => Task.FromResult(
            File.Exists(ready) ? null
            : process.IsRunning ? "no ready file yet"
            : throw new DrillException($"The app server of {package} ended at its start; see {Path.Combine(folder, $"{package}.log")}")), cancellation);
        address = new Uri(await File.ReadAllTextAsync(ready, cancellation));
    }

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

    public void Dispose() => process?.Dispose();
}
