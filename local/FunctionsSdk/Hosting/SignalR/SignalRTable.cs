using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>The SignalR functions by hub, category and event, all compared without case.</summary>
sealed class SignalRTable
{
    readonly Dictionary<(string Hub, string Category, string Event), FunctionEntry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>The settings whose connection strings the functions name.</summary>
    public IEnumerable<string> ConnectionSettings => _entries.Values.Select(SettingOf).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a function. Returns null, or in words that follow the function's name what is wrong with it.</summary>
    public string? Add(FunctionEntry entry)
    {
        var trigger = (SignalRTriggerAttribute)entry.Trigger;
        var key = Key(trigger.HubName, trigger.Category, trigger.Event);
        var connections = key.Category == "connections";
        if (!connections && key.Category != "messages")
            return $"has the SignalR category '{trigger.Category}'. It should be 'connections' or 'messages'.";
        if (connections && key.Event is not ("connected" or "disconnected"))
            return $"has the SignalR event '{trigger.Event}'. In category 'connections' it should be 'connected' or 'disconnected'.";
        if (connections && trigger.ParameterNames.Length > 0)
            return "has SignalR parameter names. Only category 'messages' carries arguments.";
        return _entries.TryAdd(key, entry)
            ? null
            : $"has the same SignalR hub, category and event as function '{_entries[key].Name}'.";
    }

    public FunctionEntry? Find(string hub, string category, string @event) => _entries.GetValueOrDefault(Key(hub, category, @event));

    /// <summary>Whether there is a function of the hub.</summary>
    public bool Serves(string hub) => _entries.Keys.Any(key => key.Hub == hub.ToLowerInvariant());

    public static string SettingOf(FunctionEntry entry) =>
        ((SignalRTriggerAttribute)entry.Trigger).ConnectionStringSetting ?? Settings.EmbeddedSettings.SignalRKey;

    static (string Hub, string Category, string Event) Key(string hub, string category, string @event) =>
        (hub.ToLowerInvariant(), category.ToLowerInvariant(), @event.ToLowerInvariant());
}
