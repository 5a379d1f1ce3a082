using Microsoft.Extensions.Configuration;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>Where settings come from, low to high: local.settings.json, the environment, the command line.</summary>
static class SettingsSources
{
    const string FileName = "local.settings.json";

    static readonly Dictionary<string, string> s_switches = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--port"] = EmbeddedSettings.PortKey,
        ["--signalr-port"] = EmbeddedSettings.SignalRPortKey,
        ["--data"] = EmbeddedSettings.DataFolderKey,
        ["--timing"] = EmbeddedSettings.TimingKey,
        ["--engine-latency"] = EmbeddedSettings.EngineLatencyKey,
        ["--engine-capacity"] = EmbeddedSettings.EngineCapacityKey,
        ["--allowed-hosts"] = EmbeddedSettings.AllowedHostsKey,
        ["--ready-file"] = EmbeddedSettings.ReadyFileKey,
    };

    public static void AddTo(IConfigurationBuilder configuration, string[] args, List<string> problems)
    {
        configuration.AddInMemoryCollection(LocalSettingsFile.Read(Path.Combine(AppContext.BaseDirectory, FileName), problems));
        if (Path.GetFullPath(".") != Path.GetFullPath(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))
            configuration.AddInMemoryCollection(LocalSettingsFile.Read(Path.GetFullPath(FileName), problems));
        configuration.AddEnvironmentVariables();
        configuration.AddCommandLine(Accepted(args, problems), s_switches);
    }

    // The command line provider throws on an unknown short switch and drops a switch without a value; both deserve a sentence.
    static string[] Accepted(string[] args, List<string> problems)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith('-') || args[i].Contains('='))
                continue;
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                problems.Add($"Option '{args[i]}' is not known. Known are: {string.Join(", ", s_switches.Keys)}, and --Any:Setting=value.");
            else if (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal))
                problems.Add($"Option '{args[i]}' has no value. Write '{args[i]} VALUE'.");
            else
                i++;
        }
        return problems.Count == 0 ? args : [];
    }
}
