namespace Lifecycle.Functions.Settings;

/// <summary>A setting is missing or malformed. The message names it and says what it should look like.</summary>
public sealed class SettingException : Exception
{
    /// <summary>Names the setting, what it is, and what it should be.</summary>
    public SettingException(string setting, string? value, string expected)
        : base($"The setting {setting} {(value is null ? "is not valid" : $"is '{value}'")}: {(value is null ? "it " : "it must be ")}{expected}.")
    {
    }
}
