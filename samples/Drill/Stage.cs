using Lifecycle.Samples.Drill.Api;
using Lifecycle.Samples.Drill.Processes;

namespace Lifecycle.Samples.Drill;

/// <summary>Everything that the scenes play on: the host, the app servers, the faults, and a folder for data and logs.</summary>
sealed class Stage : IDisposable
{
    readonly List<AppServerProcess> apps = [];
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(15) };

    public Stage(TimeProvider time)
    {
        Time = time;
        Folder = Directory.CreateTempSubdirectory("lifecycle-drill-").FullName;
        Host = new HostProcess(Folder, time);
        Api = new LifecycleApi(http, Host);
        Faults = new SignalRFaults(http, Host);
    }

    public TimeProvider Time { get; }

    /// <summary>Logs, data and journals.</summary>
    public string Folder { get; }

    public HostProcess Host { get; }

    public LifecycleApi Api { get; }

    public SignalRFaults Faults { get; }

    public int AppCount => apps.Count;

    /// <summary>A package with an app server that is not started yet, and the sessions it will have. The host must serve.</summary>
    public AppSessions Cast(string package, string sessionPrefix, int sessions, AppKind kind = AppKind.Dotnet)
    {
        var app = new AppServerProcess(package, kind, Host.Api, Folder, http, Time);
        lock (apps) apps.Add(app); // Scenes are set up side by side.
        return new AppSessions(app, [.. Enumerable.Range(1, sessions).Select(n => new SessionRef($"{sessionPrefix}-{n:000}", package))], Api, Time);
    }

    /// <summary>Ends every process.</summary>
    public void Dispose()
    {
        foreach (var app in apps) app.Dispose();
        Host.Dispose();
        http.Dispose();
    }
}
