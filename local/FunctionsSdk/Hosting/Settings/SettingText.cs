using Microsoft.Extensions.Configuration;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>Text of a trigger attribute that may stand for a setting: <c>%Name%</c>.</summary>
static class SettingText
{
    /// <summary>The text, or the value of the setting that it stands for; null when there is no such setting.</summary>
    /// <param name="text">As written in the attribute.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="setting">The setting's name; null when the text stands for itself.</param>
    public static string? Resolve(string text, IConfiguration configuration, out string? setting)
    {
        setting = text is ['%', .., '%'] && text.Length > 2 ? text[1..^1] : null;
        return setting is null ? text : configuration[setting] is { Length: > 0 } value ? value : null;
    }
}
