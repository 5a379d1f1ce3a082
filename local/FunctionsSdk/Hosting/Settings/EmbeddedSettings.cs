using System.Globalization;
using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>The checked settings of the embedded runtime.</summary>
/// <param name="Port">Where the API listens on loopback; 0: any free port.</param>
/// <param name="SignalRPort">Where the SignalR emulator listens on loopback; 0: any free port.</param>
/// <param name="DataFolder">The full path of the folder that keeps all state, or <see cref="InMemory"/>.</param>
/// <param name="Timing">The timing mode of the durable runtime.</param>
/// <param name="EngineLatencyMs">In Azure Storage timing, the median time from a signal to its execution, in milliseconds; 0 for none.</param>
/// <param name="EngineCapacity">Work items of the durable runtime per second; 0 for as many as there are.</param>
/// <param name="Listen">Whether sockets are opened; false for virtual time.</param>
/// <param name="UpstreamOverHttp">Whether the emulator reaches the functions over HTTP instead of in process.</param>
/// <param name="Seed">Makes what the runtime draws at random repeatable; null for different draws each time.</param>
/// <param name="ReadyFile">A file written when the host serves, or null.</param>
/// <param name="SignalR">The configured SignalR service, or null for the embedded emulator with a key of its own.</param>
sealed record EmbeddedSettings(
    int Port,
    int SignalRPort,
    string DataFolder,
    EmbeddedTiming Timing,
    int EngineLatencyMs,
    int EngineCapacity,
    bool Listen,
    bool UpstreamOverHttp,
    int? Seed,
    string? ReadyFile,
    ServiceConnectionString? SignalR)
{
    public const string PortKey = "Embedded:Port";
    public const string SignalRPortKey = "Embedded:SignalRPort";
    public const string DataFolderKey = "Embedded:DataFolder";
    public const string TimingKey = "Embedded:Timing";
    public const string EngineLatencyKey = "Embedded:EngineLatency";
    public const string EngineCapacityKey = "Embedded:EngineCapacity";
    public const string ListenKey = "Embedded:Listen";
    public const string UpstreamKey = "Embedded:Upstream";
    public const string SeedKey = "Embedded:Seed";
    public const string ReadyFileKey = "Embedded:ReadyFile";
    public const string AllowedHostsKey = "Embedded:AllowedHosts";
    public const string HomePageKey = "Embedded:HomePage";
    public const string SignalRKey = "AzureSignalRConnectionString";

    /// <summary>The data folder's name for state that is kept in memory only.</summary>
    public const string InMemory = ":memory:";

    /// <summary>Who may call the ports.</summary>
    public AllowedCallers Callers { get; init; } = AllowedCallers.Loopback;

    /// <summary>The path that <c>/</c> leads to, where a function answers it.</summary>
    public string HomePage { get; init; } = "/api/console/";

    /// <summary>Whether the SignalR emulator runs in this process.</summary>
    public bool EmbeddedSignalR => SignalR is null || !Listen
        || (SignalR.Endpoint is { Scheme: "http", IsLoopback: true } && SignalR.Endpoint.Port == SignalRPort);

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="StartProblemException">One line per setting that is wrong, with what it should look like.</exception>
    public static EmbeddedSettings Read(IConfiguration configuration)
    {
        var problems = new List<string>();
        var timing = OneOf(TimingKey, ("exact", EmbeddedTiming.Exact), ("azure-storage", EmbeddedTiming.AzureStorage));
        var slow = timing == EmbeddedTiming.AzureStorage;
        var settings = new EmbeddedSettings(
            Port(PortKey, 7071),
            Port(SignalRPortKey, 8888),
            Folder(Text(DataFolderKey) ?? ".lifecycle"),
            timing,
            Number(EngineLatencyKey, slow ? (int)HopLatency.Measured.TotalMilliseconds : 0, 60_000, "milliseconds"),
            Number(EngineCapacityKey, slow ? WorkPace.Measured : 0, 1_000_000, "work items per second"),
            OneOf(ListenKey, ("true", true), ("false", false)),
            OneOf(UpstreamKey, ("direct", false), ("http", true)),
            Seed(),
            Text(ReadyFileKey) is { } file ? Path.GetFullPath(file) : null,
            Connection())
        { Callers = Callers(), HomePage = Text(HomePageKey) ?? "/api/console/" };
        if (settings.Port != 0 && settings.Port == settings.SignalRPort && settings.Listen && settings.EmbeddedSignalR)
            problems.Add($"Settings '{PortKey}' and '{SignalRPortKey}' are both {settings.Port}. Give them different ports.");
        return problems.Count == 0 ? settings : throw new StartProblemException(problems);

        string? Text(string key) => configuration[key] is { Length: > 0 } text ? text : null;

        int Port(string key, int usual)
        {
            if (Text(key) is not { } text)
                return usual;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535)
                return port;
            problems.Add($"Setting '{key}' is '{text}'. It should be a port number from 0 (any free port) to 65535, such as {usual}.");
            return usual;
        }

        int Number(string key, int usual, int most, string of)
        {
            if (Text(key) is not { } text)
                return usual;
            if (timing == EmbeddedTiming.Exact)
                problems.Add($"Setting '{key}' is '{text}'. It goes with '{TimingKey}' at azure-storage only.");
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
                return number;
            problems.Add($"Setting '{key}' is '{text}'. It should be a whole number of {of} from 0 to {most}; 0 for none.");
            return usual;
        }

        int? Seed()
        {
            if (Text(SeedKey) is not { } text)
                return null;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed))
                return seed;
            problems.Add($"Setting '{SeedKey}' is '{text}'. It should be a whole number, such as 1.");
            return null;
        }

        AllowedCallers Callers()
        {
            try
            {
                return Text(AllowedHostsKey) is { } text ? new(AllowedCallers.Split(text)) : AllowedCallers.Loopback;
            }
            catch (FormatException e)
            {
                problems.Add($"Setting '{AllowedHostsKey}' is wrong: {e.Message} Several are parted by semicolons.");
                return AllowedCallers.Loopback;
            }
        }

        T OneOf<T>(string key, params (string Name, T Value)[] choices)
        {
            if (Text(key) is not { } text)
                return choices[0].Value;
            foreach (var (name, value) in choices)
                if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
                    return value;
            problems.Add($"Setting '{key}' is '{text}'. It should be one of: {string.Join(", ", choices.Select(c => c.Name))}.");
            return choices[0].Value;
        }

        ServiceConnectionString? Connection()
        {
            if (Text(SignalRKey) is not { } text)
                return null;
            if (ServiceConnectionString.TryParse(text, out var connection, out var problem))
                return connection;
            // The value holds a key: it is not repeated.
            problems.Add($"Setting '{SignalRKey}' is wrong. {problem} It should look like 'Endpoint=http://localhost;Port=8888;AccessKey=<key>;Version=1.0;'.");
            return null;
        }
    }

    static string Folder(string text) => text == InMemory ? InMemory : Path.GetFullPath(text);
}
