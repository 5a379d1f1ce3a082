using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Settings;

/// <summary>A setting is missing, malformed or unknown. The message names it and says what it should look like.</summary>
public sealed class SettingException : Exception
{
    SettingException(string message)
        : base(message)
    {
    }

    /// <summary>The value cannot be read.</summary>
    public static SettingException Malformed(string setting, string value, string expected) =>
        new($"The setting {setting} is '{value}': it must be {expected}.");

    /// <summary>The value can be read and is not allowed.</summary>
    public static SettingException OutOfRange(string setting, string wrong) => new($"The setting {setting} {wrong}.");

    /// <summary>Nobody reads the setting: most likely it is a typing error.</summary>
    public static SettingException Unknown(string setting, IEnumerable<string> known) =>
        new($"There is no setting {setting}. There are: {string.Join(", ", known)}.");

    /// <summary>The setting is not there, and nothing can stand in for it.</summary>
    public static SettingException Missing(string setting, string expected) => new($"The setting {setting} is missing: it must be {expected}.");

    /// <summary>Throws <see cref="Unknown"/> when a section has a setting that is not among the known ones.</summary>
    internal static void RefuseUnknown(IConfigurationSection section, IReadOnlyCollection<string> known)
    {
        if (section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Unknown(unknown.Path, known.Order());
        }
    }
}
