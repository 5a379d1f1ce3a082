using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Processes;
using Lifecycle.Samples.Drill.Verdicts;

namespace Lifecycle.Samples.Drill;

/// <summary>Everything that the scenes play on: the host, the app servers, the faults, and a folder for data and logs.</summary>
sealed class Stage : IDisposable
{
    static readonly TimeSpan cleaningLimit = TimeSpan.FromSeconds(30);

    readonly List<AppServerProcess> processes = [];
    readonly List<AppSessions> cast = [];
    readonly string suffix;
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(15) };

    public Stage(DrillArguments arguments, TimeProvider time)
    {
        Time = time;
        // A host that is already there may know names of an earlier drill.
        suffix = arguments.Api is null ? "" : "." + Guid.NewGuid().ToString("n")[..8];
        Folder = Directory.CreateTempSubdirectory("lifecycle-drill-").FullName;
        Host = arguments.Api is null ? new HostProcess(Folder, time) : new HostElsewhere(arguments, http, time);
        Api = new LifecycleApi(http, Host);
        Faults = new SignalRFaults(http, Host);
        Allowance = new EngineAllowance(Api, arguments.Api is null ? null : arguments.Allow, time);
    }

    public TimeProvider Time { get; }

    /// <summary>Logs, data and journals.</summary>
    public string Folder { get; }

    public ILifecycleHost Host { get; }

    public LifecycleApi Api { get; }

    public SignalRFaults Faults { get; }

    /// <summary>What verdicts allow the host's engine.</summary>
    public EngineAllowance Allowance { get; }

    public int AppCount => processes.Count(process => process.Kind is AppKind.Dotnet or AppKind.Node);

    /// <summary>A package with an app server that is not started yet, and the sessions it will have. The host must serve.</summary>
    public AppSessions Cast(string package, string sessionPrefix, int sessions, AppKind kind = AppKind.Dotnet)
    {
        package += suffix;
        var app = Make(new PackageKeys(package), package, kind);
        var cast = new AppSessions(app, [.. Enumerable.Range(1, sessions).Select(n => new SessionRef($"{sessionPrefix}-{n:000}", package))], Api, Allowance, Time);
        lock (this.cast) this.cast.Add(cast); // Scenes are set up side by side.
        return cast;
    }

    /// <summary>One of several app servers of a package that has a balancer, not started yet.</summary>
    public AppServerProcess CastBehind(AppServerProcess balancer, string name, AppKind kind) => Make(balancer.Keys, $"{balancer.Package}.{name}", kind);

    /// <summary>Leaves a host that goes on as it was: no faults, no sessions, no packages of this drill. The drill's own goes with them.</summary>
    public async Task CleanAsync()
    {
        if (suffix.Length == 0) return;
        using var late = new CancellationTokenSource(cleaningLimit, Time);
        try
        {
            await Faults.ClearAsync(late.Token);
            foreach (var sessions in cast) await sessions.ForgetAsync(late.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // A host that is gone has nothing to clean.
        }
    }

    /// <summary>Ends every process.</summary>
    public void Dispose()
    {
        foreach (var process in processes) process.Dispose();
        Host.Dispose();
        http.Dispose();
    }

    AppServerProcess Make(PackageKeys keys, string name, AppKind kind)
    {
        var process = new AppServerProcess(keys, name, kind, Host.Api, Folder, http, Time);
        lock (processes) processes.Add(process); // As above.
        return process;
    }
}
